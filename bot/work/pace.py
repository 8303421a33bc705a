"""How fast a channel account may be used, and how long to wait after trouble. No clock: ``now`` comes in, in seconds.

Each limit is one number, the moment at which everything taken so far is paid off (the generic cell rate algorithm).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second, over all and in one chat; the bursts are how many may go at once after a silence.

    After trouble with one message: ``first_wait`` seconds, twice as long each time, at most ``longest_wait``; after
    ``attempts`` it is given up. ``parallel`` is how many sendings may be under way. ``in_a_row`` different chats in
    trouble, with no success between, are taken for trouble of the whole account.
    """

    overall: float = 25.0
    overall_burst: int = 5
    chat: float = 1.0
    chat_burst: int = 3
    first_wait: float = 1.0
    longest_wait: float = 900.0
    attempts: int = 30
    parallel: int = 32
    in_a_row: int = 5

    def __post_init__(self) -> None:
        """Refuse rates at which nothing would ever be sent."""
        if min(self.overall, self.chat, self.first_wait) <= 0:
            raise ValueError("a rate and the first wait must be above zero")
        if min(self.overall_burst, self.chat_burst, self.attempts, self.parallel, self.in_a_row) < 1:
            raise ValueError("bursts, attempts, parallel and in_a_row must be at least one")


def backoff(troubles: int, rates: Rates, chance: float) -> float:
    """Return the seconds to wait after so many troubles (from 1). ``chance`` in [0, 1) spreads them over a half."""
    longest = min(rates.longest_wait, rates.first_wait * 2.0 ** min(max(troubles, 1) - 1, 60))
    return longest * (0.5 + chance / 2)


class Pace:
    """What has been sent lately on one account, and who is in trouble."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._overall = 0.0
        self._chats: dict[str, float] = {}
        self._held_until = 0.0
        self._in_trouble: set[str] = set()

    def wait(self, chat: str, now: float) -> float:
        """Return after how many seconds a message may go to this chat; 0 or less: now."""
        rates = self._rates
        overall = self._overall - (rates.overall_burst - 1) / rates.overall
        in_chat = self._chats.get(chat, 0.0) - (rates.chat_burst - 1) / rates.chat
        return max(overall, in_chat, self._held_until) - now

    def take(self, chat: str, now: float) -> None:
        """Count a message that goes to this chat now."""
        self._overall = max(self._overall, now) + 1 / self._rates.overall
        if len(self._chats) >= MOST_CHATS:
            self._chats = {name: paid for name, paid in self._chats.items() if paid > now}
        self._chats[chat] = max(self._chats.get(chat, 0.0), now) + 1 / self._rates.chat

    def hold(self, until: float) -> None:
        """Let everybody wait until then."""
        self._held_until = max(self._held_until, until)

    def held(self, now: float) -> float:
        """Return for how many seconds everybody still waits, 0 where nobody does."""
        return max(0.0, self._held_until - now)

    def failed(self, chat: str) -> bool:
        """Note trouble in this chat; True when so many chats in a row are in trouble that it must be the account's.

        It is the account's until a message is dealt with as it should be.
        """
        if len(self._in_trouble) < self._rates.in_a_row:
            self._in_trouble.add(chat)
        return len(self._in_trouble) >= self._rates.in_a_row

    def answered(self) -> None:
        """Note that the platform dealt with a message as it should: what went wrong before was the chats' own."""
        self._in_trouble.clear()


MOST_CHATS = 10_000
"""Above so many, chats that have been silent are forgotten."""
