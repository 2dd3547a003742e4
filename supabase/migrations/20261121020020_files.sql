-- Files: whose each stored object is, what for, and how long it is kept.

create table public.files (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    owner_id uuid,
    bucket_id text not null constraint bucket_is_named check (length(bucket_id) between 1 and 100),
    object_name text not null constraint object_name_is_a_path
    check (length(object_name) <= 500 and object_name ~ '^[^/[:cntrl:]]+(/[^/[:cntrl:]]+)*$'),
    purpose text not null constraint purpose_is_known check (purpose in (
        'avatar', 'cover', 'salon_avatar', 'lesson_media', 'document', 'certificate', 'invoice',
        'supporting_document'
    )),
    content_type text not null
    constraint content_type_is_a_media_type check (content_type ~ '^[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}$'),
    size_bytes bigint not null constraint size_is_not_negative check (size_bytes >= 0),
    sha256 bytea constraint sha256_is_32_bytes check (octet_length(sha256) = 32),
    retention_until timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    constraint object_is_registered_once unique (bucket_id, object_name),
    constraint files_owner foreign key (academy_id, owner_id)
    references public.members (academy_id, user_id)
);
comment on table public.files is
'Storage knows bytes and paths; this knows whose an object is, what for and until when, which export, '
'erasure and retention need. The row outlives its object: it says that and when it was deleted. Who '
'may read the bytes is decided by the policies on storage.objects.';
comment on column public.files.owner_id is
'Whom the file is about; empty for what is the academy''s own, such as the media of a lesson.';
comment on column public.files.object_name is
'The path in the bucket, made of ids: the name a person''s own disk had for it can say too much.';
comment on column public.files.purpose is
'Decides retention and erasure. supporting_document: papers a learner hands in for financing.';
comment on column public.files.sha256 is
'Of what is sealed, such as certificates and invoices: shows that the bytes are still those.';
comment on column public.files.retention_until is
'When the object is due for deletion; empty means with its owner''s membership or its subject.';
create index files_by_owner on public.files (academy_id, owner_id);

alter table public.files enable row level security;
grant select on public.files to authenticated, service_role;
create trigger touch_updated_at before update on public.files
for each row execute function private.touch_updated_at();

select private.classify(
    'public.files', '{owner_id}', 'personal', 'whose the file is',
    'as long as the file, then 1 year as proof of deletion', 'pseudonymised'
);
select private.classify(
    'public.files', '{object_name}', 'personal', 'where the file is',
    'as long as the file, then 1 year as proof of deletion', 'pseudonymised'
);
select private.classify(
    'public.files', '{sha256}', 'personal', 'proves a sealed document unchanged',
    'as long as the document', 'kept_by_law'
);
select private.classify('public.files', null);
