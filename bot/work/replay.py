"""Trying again what was given up: all of it or some, in order, and each noted in the log."""

import re
from collections.abc import Sequence

import structlog

from bot.model import InboundId, OutboxId
from bot.ports import Replayed, Store, Wake

PAGE = 500

log = structlog.get_logger()


async def replay(store: Store, wake: Wake, fragments: Sequence[InboundId], messages: Sequence[OutboxId]) -> Replayed:
    """Let these wait again; return which of them do. Who runs beside us is woken."""
    done = await store.replay(fragments, messages)
    for fragment in done.fragments:
        log.warning("fragment_replayed", fragment=fragment)
    for message in done.messages:
        log.warning("message_replayed", item=message)
    wake.ring("inbound", "outbox")
    return done


async def replay_all(store: Store, wake: Wake) -> Replayed:
    """Let everything wait again that is given up now; each once, also where it fails again meanwhile."""
    fragments: list[InboundId] = []
    messages: list[OutboxId] = []
    while failed := await store.failed(fragments[-1] if fragments else InboundId(0), PAGE):
        fragments += [each.id for each in failed]
    while dead := await store.dead(messages[-1] if messages else OutboxId(0), PAGE):
        messages += [each.id for each in dead]
    return await replay(store, wake, fragments, messages)


def kind(said: str) -> str:
    """Return what kind of error it was, without what a platform or a value may have put into the words.

    Of our own errors that is their name and place, of others the words before the first sign that is no letter.
    """
    if re.fullmatch(r"\w+ at [\w.]+:\d+", said):
        return said
    found = re.match(r"store\.\w+|[A-Za-z ]+", said)
    return "" if found is None else found[0].strip()[:60]
