"""Requests nobody would write by hand, thousands of them, with a canary in each academy."""
