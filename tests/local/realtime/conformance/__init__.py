"""The 35 scenarios of Realtime's behaviour, each through every client that the stack promises.

Three ways lead to the server: PyPI `realtime` by way of supabase-py (protocol 1.0.0), and
`@supabase/realtime-js` at 2.0.0 and at 1.0.0. What no client can be made to do (stale references,
broken frames, headers of the upgrade) is done on a bare WebSocket at the way's protocol version.
"""
