-- A ledger for the proofs: each job adds one to a balance, under its own key, in one transaction.
create table private.proof_tries (job bigint not null);
create table private.proof_effects (job bigint primary key);
create table private.proof_balance (amount bigint not null);
insert into private.proof_balance values (0);
create function private.proof(job bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
    insert into private.proof_tries values (proof.job);
    insert into private.proof_effects values (proof.job) on conflict do nothing;
    if found then
        update private.proof_balance set amount = amount + 1 where true;
    end if;
end;
$$;
create function worker.proof(job bigint) returns void
language sql set search_path = '' as $$ select private.proof(job); $$;
grant execute on function private.proof, worker.proof to service_role;
notify pgrst, 'reload schema';
