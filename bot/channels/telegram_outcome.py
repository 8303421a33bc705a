"""What an error of the platform means for the message that was being sent. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram_http import NotReachedError
from bot.model import Gone, Outcome, Rejected, Retry, Unsure


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds to wait: ``unsure`` after a time-out, ``refused`` after a refused token."""

    unsure: float
    refused: float


def outcome(error: TelegramError, waits: Waits) -> Outcome:
    """Return what became of the message. ``Retry`` after 0 seconds leaves the wait to the caller's back-off.

    Errors that tell of the account or the way there are everyone's; of a chat or a message, its own.
    """
    match error:
        case RetryAfter(retry_after=wait):
            became: Outcome = Retry(_seconds(wait), reason="too many messages")
        case InvalidToken():
            became = Retry(waits.refused, everyone=True, reason="the token is refused")
        case NotReachedError():
            became = Retry(0, everyone=True, reason=f"not reached: {error.message}")
        case TimedOut():
            became = Unsure(waits.unsure)
        case Forbidden():
            became = Gone(error.message)
        case BadRequest():
            became = _refused(error.message)
        case _:
            became = Retry(0, reason=error.message)
    return became


def _refused(words: str) -> Outcome:
    """Tell a conversation that does not exist (any more) from a message that is never taken."""
    return Gone(words) if any(sign in words.lower() for sign in _NOBODY_THERE) else Rejected(words)


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else wait


_NOBODY_THERE = ("chat not found", "user is deactivated", "user not found", "peer_id_invalid", "bot was blocked")
