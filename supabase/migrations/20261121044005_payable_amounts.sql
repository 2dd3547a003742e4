-- Dinars have three decimals, of which the provider takes two: what it cannot charge cannot be asked.

create function private.is_payable(amount bigint, currency text)
returns boolean
language sql
immutable
set search_path = ''
as $$ select currency not in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') or amount % 10 = 0; $$;
comment on function private.is_payable is
'Whether the payment provider takes an amount: the last digit of five currencies must be 0 '
'(docs.stripe.com/currencies#three-decimal).';

alter table public.offers add constraint amount_can_be_charged
check (currency not in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') or amount % 10 = 0);
comment on constraint amount_can_be_charged on public.offers is
'Better refused to whoever sets a price than to whoever wants to pay it.';
