"""The stand-in for Stripe, driven with the real `stripe` library."""
