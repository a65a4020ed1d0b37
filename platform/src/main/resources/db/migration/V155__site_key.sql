-- Pairs of keys for login nodes, from when they are made or given until a machine is connected with them.
create table federation.site_key (
    machine uuid primary key references federation.machine (id),
    -- The private one as OpenSSH writes it, sealed.
    key     text not null
);
