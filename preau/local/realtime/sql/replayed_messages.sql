-- The newest private broadcasts on a topic since a time in milliseconds, newest first. Messages of
-- one transaction have one time; among them the place in the table tells which came last.
select messages.id::text, messages.event, messages.payload::text, messages.binary_payload
from realtime.messages
where
    messages.topic = %(topic)s
    and messages.private is true
    and messages.extension = 'broadcast'
    and messages.inserted_at >= to_timestamp(%(since)s / 1000.0) at time zone 'utc'
    and messages.event is not null
    and (messages.payload is not null or messages.binary_payload is not null)
order by messages.inserted_at desc, messages.tableoid desc, messages.ctid desc
limit %(limit)s
