"""The settings: ``config.yaml`` and the secrets of the environment, as one frozen value. Read once, at the start.

Secrets never stand in the file: they come from the environment (``TELEGRAM_TOKEN``) or from a file it names
(``TELEGRAM_TOKEN_FILE``), and no text form shows them.
"""

from bot.config.reading import read, read_file
from bot.config.secret import Secret
from bot.config.values import Config, Keep, Limits, Organisation, Spoken, StoreAddress, Telegram, WebChat

__all__ = [
    "Config",
    "Keep",
    "Limits",
    "Organisation",
    "Secret",
    "Spoken",
    "StoreAddress",
    "Telegram",
    "WebChat",
    "read",
    "read_file",
]
