"""The local stack's inbox: the recipient's mailbox, on loopback.

An SMTP server that takes every mail and delivers none, with a web page and a JSON API that show
what a recipient would have received. Nothing leaves the machine, so that sign-up confirmations and
receipts can be tried with anybody's address.

    python -m preau.local.inbox --smtp-port 54325 --web-port 54324 --home .preau/inbox
"""
