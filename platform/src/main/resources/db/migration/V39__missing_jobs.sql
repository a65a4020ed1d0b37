-- Since when Slurm's controller, which answers, has not known a job that it had taken; null while it does.
alter table federation.slurm_job add column missing_at timestamptz;
