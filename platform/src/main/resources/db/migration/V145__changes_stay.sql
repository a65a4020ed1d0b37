-- What was told of a factory's changes is only ever added to.
create function hosting.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'What was changed stays to be read: % of hosting.% is refused.', lower(tg_op), tg_table_name
        using errcode = 'restrict_violation';
end $$;

create trigger immutable before update or delete or truncate on hosting.change
    for each statement execute function hosting.refuse_change();
