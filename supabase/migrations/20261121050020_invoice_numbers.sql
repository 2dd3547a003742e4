-- Numbers of invoices: one after the other, none left out, taken at the last moment.

create table private.invoice_counters (
    academy_id uuid not null references public.academies (id),
    series text not null constraint series_is_known check (series in ('invoice', 'credit_note')),
    year smallint not null,
    prefix text not null,
    digits smallint not null,
    last_number bigint not null default 0,
    last_issued_on date not null,
    updated_at timestamptz not null default now(),
    primary key (academy_id, series, year)
);
comment on table private.invoice_counters is
'How far each series of numbers has come. A row, not a sequence: what is rolled back takes its number '
'back with it. Prefix and digits hold for the whole year: a series that changed its looks would read '
'like two.';
alter table private.invoice_counters enable row level security;
create trigger touch_updated_at before update on private.invoice_counters
for each row execute function private.touch_updated_at();

create function private.open_invoice_series(academy uuid, of_year integer)
returns void
language sql
set search_path = ''
as $$
    -- Both together, so that prefixes exchanged within a year cannot meet.
    insert into private.invoice_counters (academy_id, series, year, prefix, digits, last_issued_on)
    select a.id, s.series, of_year, coalesce(a.settings #>> array['invoicing', s.key], s.usual),
        coalesce((a.settings #>> '{invoicing,number_digits}')::smallint, 5), make_date(of_year, 1, 1)
    from public.academies as a
    cross join (values
        ('credit_note', 'credit_note_prefix', 'A'), ('invoice', 'invoice_prefix', 'F')
    ) as s (series, key, usual)
    where a.id = academy
    order by s.series
    on conflict on constraint invoice_counters_pkey do nothing;
$$;
comment on function private.open_invoice_series is 'A year begins: its two series start at nothing.';

create function private.take_invoice_number(
    academy uuid, wanted text, moment timestamptz default null,
    out taken_year smallint, out taken_sequence bigint, out taken_number text, out taken_on date
)
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
    zone text := (select a.timezone from public.academies as a where a.id = academy);
    the_year smallint := extract(year from coalesce(moment, clock_timestamp()) at time zone zone);
begin
    if not exists (
        select from private.invoice_counters as c
        where c.academy_id = academy and c.year = the_year and c.series = wanted
    ) then
        perform private.open_invoice_series(academy, the_year);
    end if;
    -- The row is the lock until commit. The day is read once it is ours: whoever waited for the
    -- number before gets no earlier date, not even past midnight or when a clock was set back.
    update private.invoice_counters as c
    set last_number = c.last_number + 1,
        last_issued_on = greatest(c.last_issued_on, least(
            make_date(c.year, 12, 31),
            (coalesce(moment, clock_timestamp()) at time zone zone)::date
        ))
    where c.academy_id = academy and c.year = the_year and c.series = wanted
    returning c.year, c.last_number, c.last_issued_on,
        c.prefix || '-' || c.year || '-'
        || lpad(c.last_number::text, greatest(c.digits, length(c.last_number::text)), '0')
    into taken_year, taken_sequence, taken_on, taken_number;
end;
$$;
comment on function private.take_invoice_number is
'The next number of an academy''s series. Others wait for it until commit, so it is the last thing a '
'transaction takes: after seats, orders and jobs, and nothing contended comes later.';
