"""Row changes: read from the write-ahead log, matched with who listens, checked, and told.

The reader and the decoder say what changed; `Feed` says who may know of it, and how it is put.
"""
