-- The PDF of an invoice: made once by a worker, kept in Storage, told by mail.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('invoices', 'invoices', false, 5242880, '{application/pdf}')
on conflict (id) do nothing;

create function private.invoice_to_make(the_invoice uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    made public.invoices;
begin
    select * into made from public.invoices as i where i.id = the_invoice;
    if made.id is null then
        perform private.fail(404, 'invoice_not_found', 'Cette facture n''existe pas.');
    end if;
    if made.file_id is not null then
        return null;
    end if;
    return to_jsonb(made) - '{order_id,order_payer_id,buyer_id,payer_id,file_id,updated_at}'::text []
        || jsonb_build_object(
            'timezone', (select a.timezone from public.academies as a where a.id = made.academy_id),
            'credited', (
                select jsonb_build_object('number', c.number, 'issued_on', c.issued_on)
                from public.invoices as c
                where c.academy_id = made.academy_id and c.id = made.credited_invoice_id
            )
        );
end;
$$;
comment on function private.invoice_to_make is
'Definer: a worker reads what is sealed, and no more of it than the document shows.';

create function private.invoice_made(the_invoice uuid, size_bytes bigint, sha256 text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
    made public.invoices;
    kept uuid;
begin
    select * into made from public.invoices as i where i.id = the_invoice for no key update;
    if made.id is null then
        perform private.fail(404, 'invoice_not_found', 'Cette facture n''existe pas.');
    end if;
    if made.file_id is not null then
        return false;
    end if;
    insert into public.files (
        academy_id, owner_id, bucket_id, object_name, purpose, content_type, size_bytes, sha256,
        retention_until
    )
    values (
        made.academy_id, coalesce(made.payer_id, made.buyer_id), 'invoices', made.object_name,
        'invoice', 'application/pdf', invoice_made.size_bytes, decode(invoice_made.sha256, 'hex'),
        make_timestamptz(made.year + 11, 1, 1, 0, 0, 0, 'UTC')
    )
    returning id into kept;
    update public.invoices set file_id = kept where id = made.id;
    perform private.queue_email(
        made.academy_id, coalesce(made.payer_id, made.buyer_id), made.kind,
        jsonb_build_object('invoice_id', made.id), made.kind || ':' || made.id
    );
    return true;
end;
$$;
comment on function private.invoice_made is
'Definer: registers the stored PDF and queues its mail, both or neither, once; false: it was before. '
'Kept ten years from the end of its year (code de commerce, L123-22).';

create function worker.invoice_to_make(invoice_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.invoice_to_make(invoice_id); $$;
comment on function worker.invoice_to_make is
'What the PDF says and where it goes (object_name); null: it is there already.';

create function worker.invoice_made(invoice_id uuid, size_bytes bigint, sha256 text)
returns boolean
language sql
set search_path = ''
as $$ select private.invoice_made(invoice_id, size_bytes, sha256); $$;
comment on function worker.invoice_made is
'The PDF lies in the bucket `invoices`; sha256 of its bytes in hexadecimal. The buyer gets it by mail.';
grant execute on function
private.invoice_to_make, private.invoice_made, worker.invoice_to_make, worker.invoice_made
to service_role;

create function private.mail_facts_invoice(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'number', i.number, 'issued_on', i.issued_on, 'amount', i.total_amount,
        'currency', i.currency, 'order_reference', i.payment ->> 'order_reference',
        'attachments', jsonb_build_array(jsonb_build_object(
            'bucket', 'invoices', 'path', i.object_name, 'name', i.number || '.pdf',
            'type', 'application/pdf'
        ))
    )
    from public.invoices as i
    where i.academy_id = email.academy_id and i.id = (email.refs ->> 'invoice_id')::uuid
        and i.file_id is not null;
$$;
comment on function private.mail_facts_invoice is 'What the invoice''s mail tells, the PDF attached.';

create function private.mail_facts_credit_note(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select private.mail_facts_invoice(email) || jsonb_build_object('credited_number', sold.number)
    from public.invoices as credit
    inner join public.invoices as sold
        on credit.academy_id = sold.academy_id and credit.credited_invoice_id = sold.id
    where credit.academy_id = email.academy_id and credit.id = (email.refs ->> 'invoice_id')::uuid;
$$;
comment on function private.mail_facts_credit_note is 'As for an invoice, and which one it credits.';
