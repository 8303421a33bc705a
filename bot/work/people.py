"""Who belongs to the desk: inviting, accepting an invitation, sending somebody a new link, and letting somebody go.

There are no passwords. A link carries a secret of at least 128 bits, works once and for 72 hours; only its SHA-256 is
kept. The same goes for a login: the browser holds the secret, the store its hash.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.adviser import Adviser
from bot.desk.may import can_manage
from bot.desk.ticket import AdviserGone, Moved, apply
from bot.model import AdviserId, Language
from bot.ports import AdviserChange, Store
from bot.work.answer import Office

INVITATION_LASTS = timedelta(hours=72)
LOGIN_LASTS = timedelta(days=30)
"""However much it is used, a login is over after so long."""
ROUNDS = 5
"""How often it is tried to return what somebody had, while others write to it."""
NOBODY = AdviserId(0)
"""The id of somebody who is not kept yet."""


async def invite(
    store: Store,
    name: str,
    role: str,
    teams: Sequence[str],
    languages: Sequence[Language],
    now: datetime,
    token: str,
) -> str:
    """Keep a new person and return the path of their one-time link. ``token`` is its secret."""
    person = Adviser(NOBODY, name, role, tuple(teams), tuple(languages), Language("de"))
    return await send_link(store, person, now, token)


async def send_link(store: Store, person: Adviser, now: datetime, token: str) -> str:
    """Return the path of a new one-time link for a person."""
    await store.invite(person, fingerprint(token), now + INVITATION_LASTS, now)
    return f"/invitation/{token}"


async def invited(store: Store, token: str, now: datetime) -> Adviser | None:
    """Return whose link this is while it works. Looking does not use it up."""
    return await store.invitation(fingerprint(token), now)


async def enter(store: Store, token: str, login: str, now: datetime) -> Adviser | None:
    """Use a link up and begin a login with a new secret; None when the link does not work any more."""
    return await store.accept(fingerprint(token), fingerprint(login), now, now + LOGIN_LASTS)


def fingerprint(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


async def disable(office: Office, who: Adviser, person: AdviserId) -> bool:
    """Let somebody go: their login ends and what they had returns to the queue. False where that may not be.

    Only coordinators let people go, and nobody themselves: so a coordinator always remains.
    """
    roster = await office.roster()
    leaving = next((other for other in roster.present if other.id == person), None)
    if leaving is None or not can_manage(who) or person == who.id:
        return False
    await let_go(office, leaving)
    return True


async def let_go(office: Office, leaving: Adviser) -> None:
    """End somebody's login and put what they had back into the queue."""
    await office.store.update_adviser(replace(leaving, disabled_at=office.clock()))
    await release(office, leaving.id)
    office.wake.ring("desk")


async def release(office: Office, person: AdviserId) -> None:
    """Put everything a person has back into the queue; again, where others wrote to it at the same moment."""
    for _ in range(ROUNDS):
        held = [each.ticket for each in await office.store.open_tickets() if each.ticket.adviser == person]
        for ticket in held:
            now = office.clock()
            moved = apply(ticket, AdviserGone(person, office.promise(ticket.topic, now)), now)
            if isinstance(moved, Moved):
                await office.store.change(AdviserChange(moved.ticket, moved.events))
        if not held:
            return
