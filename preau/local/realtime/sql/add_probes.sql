-- Rows that stand for what might be broadcast: written as the owner, undone with the transaction.
insert into realtime.messages (id, topic, extension)
select probes.id, %(topic)s, probes.extension
from unnest(%(ids)s::uuid[], %(extensions)s::text[]) as probes (id, extension)
