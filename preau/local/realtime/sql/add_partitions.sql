-- The function is the bootstrap's, which makes the first days itself.
select extensions.add_realtime_partitions(%(today)s)
