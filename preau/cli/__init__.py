"""The command `preau`."""
