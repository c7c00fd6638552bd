"""Time stamps (RFC 3161): ask an authority, check what it says, and prove a time.

Needs the extra `timestamps`; without it this package can be imported all the same, and says what
to install where the extra is needed. What is stamped is the SHA-256 of a statement's envelope.
"""
