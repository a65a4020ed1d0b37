-- What was asked of machines before there was a word for nodes was asked for one.
update federation.local_job set request = request || '{"nodes": 1}' where not request ? 'nodes';
do $$ begin
    if to_regclass('federation.slurm_job') is not null then
        update federation.slurm_job set request = request || '{"nodes": 1}' where not request ? 'nodes';
    end if;
end $$;
