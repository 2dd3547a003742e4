"""The local stack: a Supabase-compatible backend on loopback, without Docker."""
