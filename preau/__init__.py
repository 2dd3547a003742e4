"""What workers and functions share."""
