-- Clusters behind a login node: the key that it must show, and the platform's folder there. The private key stands, sealed, where the token
-- of slurmrestd does.
alter table federation.slurm_site
    add column host_key text,
    add column root     text,
    add constraint slurm_site_by_ssh check ((host_key is null) = (root is null));
