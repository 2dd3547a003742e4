-- What an admin's request for a refund must be, each fault with its name.

create function private.check_refund(
    key text, amount bigint, currency text, reason text, note text
)
returns void
language plpgsql
set search_path = ''
as $$
begin
    if coalesce(length(key) not between 8 and 100, true) then
        perform private.fail(
            422, 'request_key_invalid', 'Cette demande n''est pas complète.',
            'request_key: 8 to 100 characters, a new one for each refund, the same when trying again.'
        );
    elsif amount <= 0 then
        perform private.fail(
            422, 'amount_too_small', 'Le montant doit être positif.',
            'In minor units; leave it out to give back all that is left.'
        );
    elsif not private.is_payable(amount, currency) then
        perform private.fail(
            422, 'amount_not_payable', 'Ce montant ne peut pas être remboursé : arrondissez-le.',
            'In this currency the last digit of an amount in minor units is 0.'
        );
    elsif coalesce(
        reason not in ('requested_by_customer', 'staff', 'duplicate', 'fraudulent'), true
    ) then
        perform private.fail(
            422, 'reason_unknown', 'Ce motif n''existe pas.',
            'requested_by_customer, staff, duplicate or fraudulent.'
        );
    elsif length(note) not between 1 and 500 or translate(note, e'\n', '') ~ '[[:cntrl:]]' then
        perform private.fail(
            422, 'note_invalid', 'Le mot à l''acheteur est trop long ou mal formé.',
            'At most 500 characters of text; leave it out for none.'
        );
    end if;
end;
$$;
comment on function private.check_refund is 'Each fault of a request with a name of its own.';

create function private.line_left(bought public.orders, line uuid)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    total bigint := (
        select l.total_amount from public.order_lines as l
        where l.academy_id = bought.academy_id and l.order_id = bought.id and l.id = line
    );
begin
    if total is null then
        perform private.fail(
            404, 'line_not_found', 'Cette ligne n''est pas dans la commande.',
            'Take line_id from the order''s order_lines.'
        );
    end if;
    return total - (
        select coalesce(sum(r.amount), 0) from public.refunds as r
        where r.academy_id = bought.academy_id and r.order_line_id = line
            and r.status in ('pending', 'succeeded')
    );
end;
$$;
comment on function private.line_left is 'What of a line has not gone back yet.';
