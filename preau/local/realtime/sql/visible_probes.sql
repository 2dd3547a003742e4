-- The probes that the caller's policies show. They were written at this transaction's time, which
-- leaves one partition to look in.
select messages.extension
from realtime.messages
where messages.id = any(%(ids)s::uuid[]) and messages.inserted_at = localtimestamp
