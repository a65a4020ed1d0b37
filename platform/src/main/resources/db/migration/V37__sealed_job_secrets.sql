-- The secrets of a job that waits, sealed under the key in HOME/keys; what an earlier platform wrote stands as JSON until it is sealed.
alter table federation.local_job alter column secrets type text using secrets::text;
