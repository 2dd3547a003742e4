"""One file an HTTP concern."""
