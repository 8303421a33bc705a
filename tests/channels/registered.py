"""Which channels the kit runs on. A new channel adds its adapter here, and nowhere else."""

from collections.abc import Sequence

from channels.house_kit import House
from channels.kit import Receiving, Sending
from channels.telegram_kit import Telegram, TelegramStage
from channels.webchat_kit import WebChatPage

RECEIVING: Sequence[Receiving] = (Telegram(), House(), WebChatPage())
SENDING: Sequence[Sending] = (TelegramStage(),)
