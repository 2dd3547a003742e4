"""One file a queue."""
