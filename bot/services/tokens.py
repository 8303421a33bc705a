"""Names that nobody can guess, as ``ports.Tokens``."""

import secrets

_LETTERS = bytes(b"abcdefghijklmnopqrstuvwxyz234567"[number % 32] for number in range(256))
"""For each byte one of 32 letters: five bits of it."""


def token() -> str:
    """Return a new token: 130 bits as 26 characters of a-z and 2-7, safe in links, buttons and file names."""
    return secrets.token_bytes(26).translate(_LETTERS).decode("ascii")
