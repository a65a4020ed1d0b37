-- Every estimate asks how fast the latest trainings of a partition were, also where none was.
create index run_that_trained on training.run (partition, number) where recipe in ('CHATBOT', 'FINETUNE');
