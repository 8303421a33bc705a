"""The judge: reads the store after the last restart and says what was lost, doubled, out of order or left over.

It asks the store through its port alone, and knows nothing of kills. A finding is one line that names the parent and the
thing; its first word is the kind: ``lost``, ``twice``, ``order``, ``left``, ``error``.
"""

from collections import Counter
from collections.abc import Sequence

from load.acts import total
from load.kept import Kept
from load.parents import Parent

from bot.model import Account, ContactId
from bot.ports import ChatLine, Store
from bot.store.steps import Migration

CARD = "Hier hilft sofort jemand."
"""How the help card of the small flows begins."""
ECHO = "Gezählt: "
"""How a word is said back."""
LINES = 500


async def judge(kept: Kept, parents: Sequence[Parent], migrations: Sequence[Migration] = ()) -> list[str]:
    """Return what is wrong; empty where every promise was kept. ``migrations`` are those of a later release."""
    async with kept.opened(migrations) as store:
        findings = [finding for parent in parents for finding in await _judge_one(store, parent)]
        figures = await store.figures()
    left = [
        f"left: {count} {name}" for name, count in figures.items() if name in {"unread", "failed", "dead"} and count
    ]
    return [*findings, *left]


async def _judge_one(store: Store, parent: Parent) -> list[str]:
    must = total(parent.done)
    contact = await store.contact_of(Account(parent.account), parent.address)
    if contact is None:
        return [f"lost: {parent.who} is not known"] if parent.done else []
    lines = await _all_lines(store, contact)
    words = [line.message.text for line in lines if line.message]
    echoes = [text for text in words if text.startswith(ECHO)]
    cards = sum(text.startswith(CARD) for text in words)
    shown = [line.token for line in lines if line.message]
    return [
        *_received(parent, [line.mine.external_id for line in lines if line.mine]),
        *compare(f"{parent.who} reply", must.echoes, echoes),
        *compare(f"{parent.who} help card", range(must.cards), range(cards)),
        *compare(f"{parent.who} message", range(must.replies), range(len(words))),
        *compare(f"{parent.who} thread", must.noted, await _noted(store, contact)),
        *(() if parent.account == "telegram" else compare(f"{parent.who} stream", shown, parent.seen, cut=True)),
    ]


def _received(parent: Parent, names: Sequence[str]) -> list[str]:
    """Compare what is stored with what was acknowledged. Telegram names its updates itself: there only the count."""
    if parent.account == "telegram":
        return compare(f"{parent.who} update", range(len(parent.done)), range(len(names)))
    return compare(f"{parent.who} act", total(parent.done).names, [name.rpartition(":")[2] for name in names])


async def _all_lines(store: Store, contact: ContactId) -> Sequence[ChatLine]:
    """Return both sides of a talk from its beginning."""
    lines: list[ChatLine] = []
    cursor = "i0-o0"
    while found := await store.chat(contact, cursor, LINES):
        lines += found
        cursor = found[-1].cursor
    return lines


async def _noted(store: Store, contact: ContactId) -> Sequence[str]:
    """Return what the parent wrote in their question; where there are two questions, the second is too much."""
    threads = [
        await store.thread(each.ticket.id) for each in await store.open_tickets() if each.ticket.contact == contact
    ]
    return [line.text for thread in threads if thread for line in thread.lines if line.side == "parent"]


def compare(what: str, expected: Sequence[object], found: Sequence[object], *, cut: bool = False) -> list[str]:
    """Say how what was found differs; with ``cut`` its end may be missing (a page that was closed)."""
    expected = expected[: len(found)] if cut else expected
    wanted, there = Counter(expected), Counter(found)
    differences = [
        *(f"lost: {what} {each}" for each in (wanted - there).elements()),
        *(f"twice: {what} {each}" for each in (there - wanted).elements()),
    ]
    if not differences and list(expected) != list(found):
        differences.append(f"order: {what}: {list(found)}")
    return differences
