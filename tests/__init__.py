"""Tests against the real pieces."""
