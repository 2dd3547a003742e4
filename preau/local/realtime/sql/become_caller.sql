-- Makes the rest of the transaction the caller's, as supabase/realtime does: what policies read is
-- the topic, the claims and the headers. The role comes last; it may set nothing else.
select
    set_config('realtime.topic', %(topic)s, true),
    set_config('request.jwt.claims', %(claims)s, true),
    set_config('request.jwt.claim.sub', %(sub)s, true),
    set_config('request.jwt.claim.role', %(role)s, true),
    set_config('request.headers', %(headers)s, true),
    set_config('role', %(role)s, true)
