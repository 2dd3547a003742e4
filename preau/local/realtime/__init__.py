"""Realtime for the local stack: row changes, broadcast and presence, as hosted Supabase speaks it.

One asyncio process. A socket decodes frames and hands them to its channels; the hub knows who is on
which topic; the rest are what a channel asks: the authoriser (policies), presence, replay, and the
feed of row changes. Written from Supabase's published protocol and the behaviour of its clients.
"""
