-- Formations, modules and cohorts get what staff need: pace, pictures, an archive, editable columns.

alter table public.formations
add column self_paced boolean not null default true,
add column thumbnail_url text,
add column archived_at timestamptz,
add constraint thumbnail_is_https
check (thumbnail_url ~ '^https://\S+$' and length(thumbnail_url) <= 2000),
add constraint subtitle_is_short check (length(subtitle) <= 300),
add constraint description_is_limited check (length(description) <= 20000),
add constraint lists_are_limited check (
    cardinality(features) <= 50 and cardinality(prerequisites) <= 50
    and length(features::text) <= 10000 and length(prerequisites::text) <= 10000
),
add constraint archived_formation_is_not_active check (archived_at is null or not is_active);
comment on column public.formations.self_paced is
'False: it is taken with a cohort, so an order or enrolment names one.';
comment on column public.formations.archived_at is
'Off the catalogue, open to whoever has access; a draft is neither active nor archived.';

alter table public.modules
add column course_id uuid,
add constraint description_is_limited check (length(description) <= 5000),
add constraint modules_course foreign key (academy_id, course_id)
references public.courses (academy_id, id);
comment on column public.modules.course_id is
'The course this step is taken as: access to the formation opens its lessons.';
create index modules_by_course on public.modules (academy_id, course_id);

grant update (
    title, subtitle, description, level, duration_months, max_students, features, prerequisites,
    thumbnail_url, order_index
) on public.formations to authenticated;
grant update (title, description, duration_hours, content_type, is_mandatory)
on public.modules to authenticated;
grant update (name, starts_on, ends_on) on public.cohorts to authenticated;
grant update (title, description, order_index) on public.offers to authenticated;
alter table public.offers
add constraint description_is_limited check (length(description) <= 5000);

create function private.seats_from_formation()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    new.seats := coalesce(new.seats, (
        select f.max_students from public.formations as f
        where f.academy_id = new.academy_id and f.id = new.formation_id
    ));
    return new;
end;
$$;
comment on function private.seats_from_formation is
'A cohort made without a number of seats has its formation''s max_students. Definer: whoever writes.';
create trigger seats_from_formation before insert on public.cohorts
for each row when (new.seats is null) execute function private.seats_from_formation();

create function private.keep_the_price()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if exists (
        select 1 from public.order_lines as l
        where l.academy_id = old.academy_id and l.offer_id = old.id
    ) then
        perform private.fail(
            409, 'offer_has_orders', 'Cette offre a déjà été commandée : son prix ne change plus.',
            'Archive it and create another offer.'
        );
    end if;
    return new;
end;
$$;
comment on function private.keep_the_price is
'What was ordered keeps its terms; another price is another offer. Definer: it must see every order.';
create trigger keep_the_price before update on public.offers
for each row when (
    (old.amount, old.currency, old.kind, old.billing_interval, old.tax_rate)
    is distinct from (new.amount, new.currency, new.kind, new.billing_interval, new.tax_rate)
)
execute function private.keep_the_price();
