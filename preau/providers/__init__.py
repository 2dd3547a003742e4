"""One small class for each outside service."""
