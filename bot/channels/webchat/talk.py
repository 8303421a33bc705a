"""One open page's view of its talk: what the stream sends, as JSON that a page can draw.

Events of the stream:

===========  =====================================================================================================
(none)       a line: ``side`` (``me bot person``), ``text``, ``token``, ``at`` (milliseconds); of the parent's lines also
             ``kind`` (``text press``), of the house's ``lang``, ``dir``, ``bold`` (pairs of code points), ``buttons``
             and ``extras`` (pairs of token and label); where there are some also ``media`` (``kind``, ``src``, ``alt``; of
             a picture ``width`` and ``height``, else ``about``) and ``links`` (pairs of label and address)
``page``     ``lang``, ``dir`` and ``words`` of the page itself, when the talk's language is another than before
``ready``    everything that was there when the page came has been sent
``unknown``  there is no talk under this address yet, or none any more; the page may begin one
``gone``     the talk was erased, and the line before it was the goodbye
``cookie``   the page came without its cookie
===========  =====================================================================================================
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.channels.webchat import channel, media, own
from bot.model import ContactId
from bot.ports import ChatLine, Listener, Store
from bot.text.message import Message
from bot.web.stream import Over, ServerEvent

Words = Callable[[str], Mapping[str, str]]
"""The page's words (the keys of ``PAGE_WORDS``) in a language."""

Present = Callable[[], Awaitable[ContactId | None]]
"""Return who stands behind the page's address now."""

LINES = 200
"""How many lines a page gets at once, and how many of the past when it comes without knowing any."""


class Talk:
    """The source of one page's stream: lines after ``cursor``, then new ones as they come."""

    def __init__(
        self, store: Store, contact: ContactId, bell: Listener, cursor: str, words: Words, present: Present
    ) -> None:
        self._present = present
        self._store = store
        self._contact = contact
        self._bell = bell
        self._cursor = cursor
        self._words = words
        self._language = ""
        self._ready = False
        self._over = False

    async def more(self, seconds: float) -> Sequence[ServerEvent]:
        """Return what is new; at first all that is there, followed by ``ready``. A bell that was missed costs a wait."""
        if self._over:
            raise Over
        if self._ready:
            await self._bell.wait(seconds)
        lines = await self._store.chat(self._contact, self._cursor, LINES)
        if self._ready and not lines:
            return await self._end()
        events = [event for line in lines for event in self._events(line)]
        if not self._ready and len(lines) < LINES:
            self._ready = True
            events.append(ServerEvent("", kind="ready"))
        return events

    def close(self) -> None:
        """Stop listening."""
        self._bell.close()

    async def _end(self) -> Sequence[ServerEvent]:
        """Return the end of a talk that was erased; nothing while it goes on."""
        present = await self._present()
        if present == self._contact:
            return ()
        self._over = True
        goodbye = None if present is None else await self._store.goodbye(present)
        return [ServerEvent("", kind="unknown")] if goodbye is None else farewell(goodbye, self._words)

    def _events(self, line: ChatLine) -> Sequence[ServerEvent]:
        self._cursor = line.cursor
        shown = mine(line) if line.message is None else theirs(line, line.message, self._words)
        event = [ServerEvent(_json(shown), id=line.cursor)] if shown else []
        if line.message is None or line.message.language == self._language:
            return event
        self._language = line.message.language
        return [ServerEvent(_json(page(line.message, self._words)), kind="page"), *event]


class Nothing:
    """The source of a stream that has one thing to say and is over."""

    def __init__(self, kind: str) -> None:
        self._events: Sequence[ServerEvent] = [ServerEvent("", kind=kind)]

    async def more(self, _seconds: float) -> Sequence[ServerEvent]:
        """Say it; the second time it is over."""
        if not self._events:
            raise Over
        said, self._events = self._events, ()
        return said

    def close(self) -> None:
        """Nothing is held."""


class Farewell(Nothing):
    """The source of a stream for a page that comes after its talk was erased."""

    def __init__(self, goodbye: ChatLine, words: Words) -> None:
        super().__init__("gone")
        self._events = farewell(goodbye, words)


def farewell(goodbye: ChatLine, words: Words) -> Sequence[ServerEvent]:
    """Return the goodbye as the last line of a page, in its language, and that it was that."""
    message = goodbye.message
    if message is None:
        return [ServerEvent("", kind="gone")]
    last = ServerEvent(_json(theirs(goodbye, message, words)))
    return [ServerEvent(_json(page(message, words)), kind="page"), last, ServerEvent("", kind="gone")]


def mine(line: ChatLine) -> Mapping[str, object]:
    """Return a line of the parent's, empty where it shows no words (the start of a talk)."""
    kind, text = channel.words(line.mine) if line.mine else ("", "")
    if line.mine is None or not text:
        return {}
    name = line.mine.external_id.rpartition(":")[2]
    return {"side": "me", "kind": kind, "text": text, "token": name, "at": _at(line)}


def theirs(line: ChatLine, message: Message, words: Words) -> Mapping[str, object]:
    """Return a line of the house's."""
    files = [*map(media.shown, message.media)]
    if message.enclosed:
        files += own.shown(line.token, message, words(message.language))
    return {
        "side": message.speaker,
        "text": message.text,
        "lang": tag(message.language),
        "dir": message.direction,
        "bold": message.bold,
        "buttons": [(button.token, button.label) for button in message.buttons],
        "extras": [(button.token, button.label) for button in message.extras],
        "token": line.token,
        "at": _at(line),
        **({"media": files} if files else {}),
        **({"links": [(link.label, link.url) for link in message.links]} if message.links else {}),
    }


def page(message: Message, words: Words) -> Mapping[str, object]:
    """Return what the page itself needs to speak a message's language."""
    return {"lang": tag(message.language), "dir": message.direction, "words": dict(words(message.language))}


def tag(language: str) -> str:
    """Return a language as HTML names it (BCP 47)."""
    return language.replace("_", "-")


def _at(line: ChatLine) -> int:
    return round(line.at.timestamp() * 1000)


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
