-- Takes back world.sql; the tables leave the publication as they are dropped.
drop policy if exists "conf: by topic, person, extension and claim they hear" on realtime.messages;
drop policy if exists "conf: by topic, person, extension and claim they speak"
on realtime.messages;
drop schema if exists conf cascade;
delete from realtime.messages
where topic like 'conf:%';
