-- Attempts that follow by themselves where the machine has failed under one.
alter table training.attempt
    -- Whether another may follow by itself.
    add column continues boolean not null default false,
    -- How many before it, one after another, were ended by the machine and followed by themselves.
    add column continued int not null default 0 check (continued >= 0);
