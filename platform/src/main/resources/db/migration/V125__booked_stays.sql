-- What was booked, told of a cost, or changed of a factory is only ever added to.
create function cofunding.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'What was booked stays: % of cofunding.% is refused.', lower(tg_op), tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger immutable before update or delete or truncate on cofunding.movement
    for each statement execute function cofunding.refuse_change();
create trigger immutable before update or delete or truncate on cofunding.hour_cost
    for each statement execute function cofunding.refuse_change();
