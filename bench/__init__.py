"""Figures, each beside a named peer in the same run, printed as a ratio. Never a test."""
