"""A stateful stand-in for Stripe on loopback, in the shapes of the pinned `stripe` library.

It exists so that a payment can be played from the first click to the last webhook with no
account, no network and no money. It is a program of the local stack (`python -m
preau.local.stripe`); nothing outside the stack may start it, and nothing imports it but tests.

One noun a file: `products.py`, `prices.py`, `customers.py`, `sessions.py`, … hold an object's
shape and its routes; `nouns.py` lists them; `api.py` is what every `/v1` request goes through.
"""
