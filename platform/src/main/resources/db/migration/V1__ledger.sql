-- The ledger. An entry takes an amount from one account and gives it to another of the same unit, or holds it back for that; nothing
-- else can be written, so whatever one account has lost another has gained. Entries are only ever added. Balances are the sums of
-- entries: the database keeps them itself, in the transaction that adds the entry, and refuses what would overdraw an account.
create schema ledger;

create table ledger.account (
    id        uuid primary key,
    unit      text not null check (unit in ('EUR_CENT', 'GPU_SECOND', 'CPU_CORE_SECOND')),
    name      text not null,
    overdraft boolean not null,
    opened_at timestamptz not null,
    unique (id, unit)
);

-- kind        moved  held   concerns          what it does
-- TRANSFER    > 0    0                        gives
-- HOLD        0      > 0                      keeps an amount back until it is settled, voided or expires
-- SETTLEMENT  >= 0   < 0    the hold          gives all or part of what was held and frees the rest
-- VOIDING     0      < 0    the hold          frees it
-- EXPIRY      0      < 0    the hold          frees it because its time is over
-- REVERSAL    < 0    0      the entry undone  takes back all or part of what a transfer or settlement gave
create table ledger.entry (
    seq          bigint generated always as identity,
    id           uuid primary key,
    kind         text not null,
    unit         text not null,
    from_account uuid not null,
    to_account   uuid not null,
    moved        bigint not null,
    held         bigint not null,
    concerns     uuid references ledger.entry (id),
    expires_at   timestamptz,
    reason       text not null,
    at           timestamptz not null,
    foreign key (from_account, unit) references ledger.account (id, unit),
    foreign key (to_account, unit) references ledger.account (id, unit),
    check (from_account <> to_account),
    check ((kind = 'HOLD') = (expires_at is not null)),
    check ((kind in ('TRANSFER', 'HOLD')) = (concerns is null)),
    check (case kind
        when 'TRANSFER' then moved > 0 and held = 0
        when 'HOLD' then moved = 0 and held > 0
        when 'SETTLEMENT' then moved between 0 and -held and held < 0
        when 'VOIDING' then moved = 0 and held < 0
        when 'EXPIRY' then moved = 0 and held < 0
        when 'REVERSAL' then moved < 0 and held = 0
        else false end)
);

create index entry_of_giver on ledger.entry (from_account, seq);
create index entry_of_taker on ledger.entry (to_account, seq);
create index entry_concerning on ledger.entry (concerns) where concerns is not null;
create unique index one_end_of_a_hold on ledger.entry (concerns) where kind in ('SETTLEMENT', 'VOIDING', 'EXPIRY');

-- Derived from entries, and changed by nothing but the trigger below. The limit leaves room for the difference of any two.
create table ledger.balance (
    account   uuid primary key references ledger.account (id),
    overdraft boolean not null,
    granted   bigint not null default 0 check (granted between 0 and 2305843009213693951),
    held      bigint not null default 0 check (held between 0 and 2305843009213693951),
    spent     bigint not null default 0 check (spent between 0 and 2305843009213693951),
    constraint no_overdraft check (overdraft or granted - held - spent >= 0)
) with (fillfactor = 50);

-- Likewise: the holds that are neither settled nor voided nor expired, so that those overdue are found among few.
create table ledger.open_hold (
    hold         uuid primary key,
    from_account uuid not null,
    amount       bigint not null,
    expires_at   timestamptz not null
);

create index open_hold_by_expiry on ledger.open_hold (expires_at);
create index open_hold_by_account on ledger.open_hold (from_account, expires_at);

create function ledger.start_balance() returns trigger language plpgsql as $$
begin
    insert into ledger.balance (account, overdraft) values (new.id, new.overdraft);
    return null;
end $$;

create trigger start_balance after insert on ledger.account
    for each row execute function ledger.start_balance();

create function ledger.carry_over() returns trigger language plpgsql as $$
declare
    ends  bigint;
    ended bigint;
begin
    insert into ledger.open_hold (hold, from_account, amount, expires_at)
    select id, from_account, held, expires_at from added where kind = 'HOLD';

    select count(*) into ends from added where kind in ('SETTLEMENT', 'VOIDING', 'EXPIRY');
    if ends > 0 then
        delete from ledger.open_hold using added
         where open_hold.hold = added.concerns
           and open_hold.from_account = added.from_account
           and open_hold.amount = -added.held
           and added.kind in ('SETTLEMENT', 'VOIDING', 'EXPIRY');
        get diagnostics ended = row_count;
        if ended <> ends then
            raise exception 'Only an open hold can be ended, by its own account and in its own amount.' using errcode = 'check_violation';
        end if;
    end if;

    update ledger.balance
       set granted = balance.granted + change.granted,
           held = balance.held + change.held,
           spent = balance.spent + change.spent
      from (select account, sum(granted)::bigint as granted, sum(held)::bigint as held, sum(spent)::bigint as spent
              from (select from_account as account, 0 as granted, held, moved as spent from added
                    union all
                    select to_account, moved, 0, 0 from added where moved <> 0) as sides
             group by account) as change
     where balance.account = change.account;
    return null;
end $$;

create trigger carry_over after insert on ledger.entry
    referencing new table as added for each statement execute function ledger.carry_over();

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The ledger is only ever added to: % of ledger.% is refused.', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger immutable before update or delete or truncate on ledger.account
    for each statement execute function ledger.refuse_change();
create trigger immutable before update or delete or truncate on ledger.entry
    for each statement execute function ledger.refuse_change();
create trigger derived before insert or update or delete on ledger.balance
    for each statement when (pg_trigger_depth() = 0) execute function ledger.refuse_change();
create trigger derived before insert or update or delete on ledger.open_hold
    for each statement when (pg_trigger_depth() = 0) execute function ledger.refuse_change();
create trigger never_emptied before truncate on ledger.balance
    for each statement execute function ledger.refuse_change();
create trigger never_emptied before truncate on ledger.open_hold
    for each statement execute function ledger.refuse_change();
