-- Dropping a table takes it out of its publication.
drop schema if exists bench_live cascade;
drop policy if exists "the bench listens" on realtime.messages;
