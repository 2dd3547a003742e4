-- A transaction of its own: adding must not wait for a day that somebody still reads.
select extensions.drop_realtime_partitions(%(today)s)
