"""What a deployment beside a hosted Supabase may have forgotten: one small function a check."""
