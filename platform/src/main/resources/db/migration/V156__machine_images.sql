-- In which images of containers a machine runs programs; none where there is no row.
create table federation.machine_images (
    machine       uuid primary key references federation.machine (id),
    -- Whether also in images that lie in datasets.
    from_datasets boolean not null,
    -- Files at the site, or addresses, in the order in which they are shown.
    allowed       text[] not null
);
