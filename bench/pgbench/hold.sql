-- A hold as the ledger writes it, one in a transaction: the giver's balance is locked, then the entry added; the ledger's own
-- triggers add it to the balance and to the open holds.
begin;
select account, unit, granted, held, spent
  from ledger.balance join ledger.account on account.id = balance.account
 where account = :giver for update of balance;
insert into ledger.entry (id, kind, unit, from_account, to_account, moved, held, concerns, expires_at, reason, at)
values (gen_random_uuid(), 'HOLD', 'CPU_CORE_SECOND', :giver, :taker, 0, 1, null, now() + interval '1 hour', 'At most for a run of pgbench', now());
commit;
