"""One worker process for each queue that is measured, all speaking one small protocol.

A worker gets its settings from the environment (BENCH_DATABASE, BENCH_COUNT), says `ready` when it
is connected, waits for a line, works until its queue is empty and says, as JSON, how many jobs it
did, when the last was done (the machine's monotonic clock) and how large it grew.
"""
