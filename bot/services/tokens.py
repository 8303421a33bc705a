"""Names that nobody can guess, as ``ports.Tokens``."""

import base64
import secrets


def token() -> str:
    """Return a new token: 130 bits as 26 characters of a-z and 2-7, safe in links, buttons and file names."""
    return base64.b32encode(secrets.token_bytes(17))[:26].decode("ascii").lower()
