"""What the tests share: clones of the template database, people with names, a shop to buy in."""
