-- Which transactions can be seen now: all below `oldest`, and those below `upper_end` that do not run.
select
    pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest,
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint as upper_end,
    array(select running::text::bigint from pg_snapshot_xip(pg_current_snapshot()) as running) as running
