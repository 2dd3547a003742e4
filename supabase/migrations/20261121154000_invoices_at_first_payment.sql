-- An order is invoiced when it is paid for the first time, and never because it is paid once more.

drop trigger issue_invoices on public.orders;
create constraint trigger issue_invoices after update of status on public.orders
deferrable initially deferred
for each row when (new.status = 'paid' and old.paid_at is null)
execute function private.issue_invoices_of_order();
comment on trigger issue_invoices on public.orders is
'For the first payment alone, which says paid_at for good: a dispute that was won or a refund that '
'bounced makes an order paid again, and what was sold before has been invoiced elsewhere. What its '
'first payment could not issue is for issue_missing_invoices. Deferred, so that the number is the last '
'thing that a payment waits for, and its locks the shortest.';
