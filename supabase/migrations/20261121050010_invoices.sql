-- Invoices and credit notes: what was sold to whom, as it stood, numbered without a gap.

alter table public.files add constraint files_of_academy unique (academy_id, id);

create table public.invoices (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    kind text not null constraint kind_is_known check (kind in ('invoice', 'credit_note')),
    year smallint not null,
    sequence bigint not null constraint sequence_starts_at_one check (sequence >= 1),
    number text not null constraint number_names_no_folder check (number ~ '^[A-Z0-9-]{1,40}$'),
    order_id uuid not null,
    order_payer_id uuid not null,
    buyer_id uuid not null,
    payer_id uuid,
    credited_invoice_id uuid,
    issued_on date not null,
    currency text not null constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
    net_amount bigint not null,
    tax_amount bigint not null constraint tax_is_not_negative check (tax_amount >= 0),
    total_amount bigint not null constraint total_is_positive check (total_amount > 0),
    seller jsonb not null,
    buyer jsonb not null,
    lines jsonb not null constraint there_is_a_line check (jsonb_array_length(lines) >= 1),
    taxes jsonb not null,
    mentions jsonb not null,
    payment jsonb not null,
    object_name text not null generated always as (
        academy_id::text || '/' || year::text || '/' || number || '.pdf'
    ) stored,
    file_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint net_and_tax_are_the_total check (net_amount + tax_amount = total_amount),
    constraint credit_note_names_its_invoice
    check ((kind = 'credit_note') = (credited_invoice_id is not null)),
    constraint date_is_in_the_year check (extract(year from issued_on) = year),
    constraint invoices_of_academy unique (academy_id, id),
    constraint invoice_number_is_unique_in_academy unique (academy_id, number),
    constraint sequence_is_unique_in_its_series unique (academy_id, kind, year, sequence),
    constraint object_is_of_one_invoice unique (object_name),
    constraint invoices_order foreign key (academy_id, order_id)
    references public.orders (academy_id, id),
    constraint invoices_order_payer foreign key (academy_id, order_payer_id)
    references public.order_payers (academy_id, id),
    constraint invoices_buyer foreign key (academy_id, buyer_id)
    references public.members (academy_id, user_id),
    constraint invoices_payer foreign key (academy_id, payer_id)
    references public.members (academy_id, user_id),
    constraint invoices_credited foreign key (academy_id, credited_invoice_id)
    references public.invoices (academy_id, id),
    constraint invoices_file foreign key (academy_id, file_id)
    references public.files (academy_id, id)
);
comment on table public.invoices is
'One per payer of a paid order, and a credit note for what is given back. Copies, not references: what '
'was said stays said, whatever becomes of names, prices and settings. Amounts of a credit note are '
'positive; its kind says the direction.';
comment on column public.invoices.sequence is
'Chronological and without a gap in its series: academy, kind and year (CGI, annexe II, art. 242 '
'nonies A, I, 7°). The year is that of the academy''s own calendar.';
comment on column public.invoices.payer_id is 'Empty where a fund pays: it has a name, not an account.';
comment on column public.invoices.lines is
'Each line: title, quantity, unit and discount as ordered, and the part of it this payer pays.';
comment on column public.invoices.object_name is
'Where the PDF lies in the bucket `invoices`, once file_id says that it is there.';
create unique index one_invoice_per_payer on public.invoices (order_payer_id) where kind = 'invoice';
comment on index public.one_invoice_per_payer is 'Paid again after a dispute, invoiced once.';
create index invoices_by_order on public.invoices (academy_id, order_id);
create index invoices_by_order_payer on public.invoices (academy_id, order_payer_id);
create index invoices_by_buyer on public.invoices (academy_id, buyer_id);
create index invoices_by_payer on public.invoices (academy_id, payer_id);
create index invoices_by_credited on public.invoices (academy_id, credited_invoice_id);
create index invoices_by_file on public.invoices (academy_id, file_id);

alter table public.invoices enable row level security;
grant select on public.invoices to authenticated, service_role;

create function private.seal_invoice()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if tg_op <> 'UPDATE' or old.file_id is not null
        or to_jsonb(new) - '{file_id,object_name,updated_at}'::text []
        is distinct from to_jsonb(old) - '{file_id,object_name,updated_at}'::text [] then
        raise exception using
            errcode = 'PT403', message = 'Une facture émise ne se modifie pas.',
            detail = 'invoice_is_sealed', hint = 'Issue a credit note that corrects it.';
    end if;
    return new;
end;
$$;
comment on function private.seal_invoice is
'An invoice never changes, for any role, its owner included; only its file is added, once. object_name '
'is generated, and not known yet when this asks.';
create trigger seal_invoice before update or delete on public.invoices
for each row execute function private.seal_invoice();
create trigger invoices_are_never_emptied before truncate on public.invoices
for each statement execute function private.seal_invoice();
create trigger touch_updated_at before update on public.invoices
for each row execute function private.touch_updated_at();
