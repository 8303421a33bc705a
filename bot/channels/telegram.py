"""The channel Telegram: receives by polling or webhook, sends by python-telegram-bot over our own requests.

It knows the platform and nothing else of the house: no store, no flow, no words. The token is in no error and no log.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.channels import telegram_decode, telegram_poll, telegram_split
from bot.channels.telegram_decode import Press
from bot.channels.telegram_http import AiohttpRequest, json_object
from bot.channels.telegram_outcome import Waits, outcome
from bot.channels.telegram_poll import Patience
from bot.channels.telegram_shape import Part, chosen, shape
from bot.flow.event import Event
from bot.model import Account, ContactId, Fragment, OutboxId, Outcome, Retry, Sent, Unsure
from bot.ports import Clock, OutboxItem
from bot.source.errors import OperatorError
from bot.work.own_data import File

TELEGRAM = Account("telegram")
MOST_AT_ONCE = 100
"""Presses acknowledged at the same time; of more, the buttons stay as they are."""

OLDEST = timedelta(days=30)
"""What happened longer ago is set aside: the platform keeps nothing so long, it is a repetition of something forgotten.

Whatever waited through an outage is much younger. The ids of what was received are kept for longer.
"""

CLOCK_HELP = (
    "These messages seem to be more than 30 days old, so nobody is answered. If they are not, this machine's clock is "
    "wrong: set it at once."
)

Enclose = Callable[[ContactId], Awaitable[Sequence[File]]]
"""Make the files of what is kept of a contact."""

_log = structlog.get_logger()


async def _nothing(_contact: ContactId) -> Sequence[File]:
    """Make no files: nobody has said who makes them."""
    return ()


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach the platform. All times are seconds.

    ``api_url`` is the server without path. ``poll`` is how long it holds a question for updates; ``connect`` and
    ``answer`` are how long we wait for it. ``unsure`` is the wait after a time-out, ``refused`` after a refused token;
    ``first_pause`` and ``longest_pause`` bound the waits between failed questions.
    """

    token: str = field(repr=False)
    api_url: str = "https://api.telegram.org"
    poll: int = 30
    connect: float = 5.0
    answer: float = 20.0
    unsure: float = 30.0
    refused: float = 60.0
    first_pause: float = 1.0
    longest_pause: float = 60.0


class Telegram:
    """One bot. Open it with ``async with`` before anything is sent or asked; ``split`` and ``parse`` always work."""

    account = TELEGRAM

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._request = AiohttpRequest(settings.connect, settings.answer)
        self._base = f"{settings.api_url.rstrip('/')}/bot"
        self._bot = Bot(settings.token, self._base, request=self._request, get_updates_request=self._request)
        self._waits = Waits(settings.unsure, settings.refused)
        self._patience = Patience(settings.first_pause, settings.longest_pause)
        self._enclose: Enclose = _nothing
        self._begun: dict[OutboxId, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Open the connection pool; nothing is asked yet."""
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up what is still being acknowledged, and close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._request.shutdown()

    def enclose_with(self, enclose: Enclose) -> None:
        """Say who makes the files that go with a message, when it is sent."""
        self._enclose = enclose

    def split(self, raw: bytes) -> Sequence[Fragment]:
        """Return one fragment for each update in a payload, its bytes untouched. One that is too old has no address."""
        oldest = int((self._clock() - OLDEST).timestamp())
        fragments = telegram_split.split(raw, oldest)
        if old := sum(each.address is None and telegram_split.is_old(each.body, oldest) for each in fragments):
            _log.error("telegram_updates_old", count=old, days=OLDEST.days, help=CLOCK_HELP)
        return fragments

    def parse(self, fragment: Fragment) -> Sequence[Event]:
        """Return what an update means."""
        return telegram_decode.parse(fragment)

    async def send(self, item: OutboxItem) -> Outcome:
        """Send a message, in several parts where it is too long for one, and after them the files that go with it.

        What went through is remembered, so that a repetition goes on behind it; a restart forgets it.
        """
        parts: list[Part | File] = [*shape(item.message)]
        if item.message.enclosed:
            parts += await self._enclose(item.contact)
        begun = self._begun.pop(item.id, 0)
        became: Outcome = Sent()
        for number in range(begun, len(parts)):
            became = await self._send_part(item.address, parts[number])
            if isinstance(became, Retry | Unsure):
                self._remember(item.id, number)
            if not isinstance(became, Sent):
                break
        return became

    async def poll(self) -> AsyncIterator[bytes]:
        """Yield payloads with updates; asking for the next one says that the one before is stored."""
        asking = telegram_poll.updates(self._ask, self._settings.poll, self._patience, self.acknowledge)
        async for payload in asking:
            yield payload

    def acknowledge(self, stored: Iterable[Fragment]) -> None:
        """Show in the chat, beside the durable path, that presses among these stored fragments have arrived.

        Polling and the webhook's route call it themselves. It returns at once and never raises.
        """
        for fragment in stored:
            press = telegram_decode.press(fragment)
            if press is not None and len(self._tasks) < MOST_AT_ONCE:
                task = asyncio.get_running_loop().create_task(self._acknowledge(press))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Let the platform bring updates to this address with this secret, insisting until it agrees."""
        fields = {"url": url, "secret_token": secret, "allowed_updates": telegram_poll.WANTED}
        await telegram_poll.insist(self._ask, "setWebhook", fields, self._patience)

    async def check(self) -> str:
        """Return the bot's user name. Raises ``OperatorError`` with what to do when the platform refuses or is away."""
        try:
            code, body = await self._ask("getMe", {})
        except TelegramError:
            code, body = 0, b""
        bot = (json_object(body) or {}).get("result")
        if 200 <= code < 300 and isinstance(bot, dict) and _USER_NAME.fullmatch(str(bot.get("username"))):
            return str(bot["username"])
        raise OperatorError(_CURES.get(code, _ELSEWHERE))

    async def set_commands(self, commands: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """Set the bot's command menu: pairs of name and description by two-letter language, "" for all others.

        A failure is logged; the menu is a convenience.
        """
        for language, pairs in commands.items():
            menu = [BotCommand(name, description) for name, description in pairs]
            setting = self._bot.set_my_commands(menu, language_code=language or None)
            await _try(setting, "telegram_commands_not_set")

    async def _ask(self, method: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        wait = self._settings.poll + self._settings.answer if method == "getUpdates" else self._settings.answer
        return await self._request.ask(f"{self._base}{self._settings.token}/{method}", fields, wait)

    async def _send_part(self, address: str, part: Part | File) -> Outcome:
        try:
            sent = await self._sent(address, part)
        except TelegramError as error:
            if isinstance(error, InvalidToken):
                _log.error("telegram_token_refused", help=telegram_poll.REFUSED)
            return outcome(error, self._waits)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return Sent(str(number)) if isinstance(number, int) else Sent()

    async def _sent(self, address: str, part: Part | File) -> object:
        """Send a part, and return the platform's answer."""
        url, chat = f"{self._base}{self._settings.token}", {"chat_id": address}
        if isinstance(part, File):
            return await self._request.call(f"{url}/sendDocument", chat, (part.name, part.kind, part.body))
        return await self._request.call(f"{url}/sendMessage", {**chat, "text": part.text, **part.fields})

    def _remember(self, item: OutboxId, parts: int) -> None:
        """Keep how many parts went through, for a hundred messages; forgetting one costs a repeated part."""
        if len(self._begun) >= MOST_AT_ONCE:
            self._begun.pop(next(iter(self._begun)))
        self._begun[item] = parts

    async def _acknowledge(self, press: Press) -> None:
        """End the button's waiting mark, then put what was chosen in the buttons' place."""
        await _try(self._bot.answer_callback_query(press.query), "telegram_press_not_answered")
        part = chosen(press)
        if part is not None:
            await _try(self._replace(press, part), "telegram_buttons_not_replaced")

    async def _replace(self, press: Press, part: Part) -> None:
        if not part.text:
            await self._bot.edit_message_reply_markup(press.chat, press.message)
            return
        await self._bot.edit_message_text(part.text, press.chat, press.message, api_kwargs=part.fields)


_USER_NAME = re.compile("[A-Za-z0-9_]{1,64}")
_REFUSED = "Das Token wird abgelehnt. Vergleichen Sie TELEGRAM_TOKEN mit dem bei BotFather, und starten Sie neu."
_CURES = {
    0: "Telegram ist nicht zu erreichen. Prüfen Sie das Netz und api_url. Wir versuchen es weiter.",
    401: _REFUSED,
    404: _REFUSED,
}
_ELSEWHERE = "Von dort antwortet nicht Telegram, oder es ist gestört. Prüfen Sie api_url. Wir versuchen es weiter."
"""What an operator is told at the start, by the answer's status; 0 is no answer."""


async def _try(call: Awaitable[object], trouble: str) -> None:
    """Await a call that is a convenience; its failure is a line in the log."""
    try:
        await call
    except TelegramError as error:
        _log.info(trouble, error=error.message)
    except Exception as error:  # noqa: BLE001 - an answer that the library cannot read must not end anything
        _log.info(trouble, error=type(error).__name__)
