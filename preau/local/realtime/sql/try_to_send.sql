-- What sending comes down to for a policy. No `returning`: that would ask the read policy too.
insert into realtime.messages (topic, extension) values (%(topic)s, %(extension)s)
