"""Sockets and channels, without a database: frames, keys, limits, the hub and the outbox."""
