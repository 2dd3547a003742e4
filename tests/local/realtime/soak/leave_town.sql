-- Dropping a table takes it out of its publication.
drop schema soak cascade;
drop policy "the town listens" on realtime.messages;
drop policy "the town talks" on realtime.messages;
