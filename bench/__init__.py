"""Figures, each beside a named peer."""
