-- Runs on more than one node. Cores, GPUs and memory are those of each.
alter table training.run add column nodes int not null default 1 check (nodes > 0);
