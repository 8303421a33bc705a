"""One contact's commits as a chain: each was computed from exactly what the one before it left."""

from collections.abc import Iterator, Sequence

import msgspec
from simulation.history import Written

from bot.flow.session import Session
from bot.ports import Done


class Chain:
    """One contact's commits, followed from the first to the last.

    Two workers may have computed the same: then the talk stands in one of several ways, until the next commit tells.
    """

    def __init__(self) -> None:
        self._version = 0
        self._sessions = [Session()]
        self._ticket = (0, 0)
        self._newest = 0

    def follow(self, contact: int, one: Written, candidates: Sequence[Done]) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with this commit after the ones before it."""
        if one.versions:
            yield from self._versions(contact, one)
        if (one.read or one.said) and (
            candidates or not one.parting
        ):  # a goodbye is said by an heir, computed for another
            yield from self._case(contact, one, candidates)
        for ticket, version, _ in one.tickets:
            self._ticket = max(self._ticket, (ticket, version))

    def _versions(self, contact: int, one: Written) -> Iterator[tuple[str, str]]:
        if one.versions != [self._version + 1]:
            yield "order", f"contact {contact} went from version {self._version} to {one.versions}"
        self._version = one.versions[-1]

    def _case(self, contact: int, one: Written, candidates: Sequence[Done]) -> Iterator[tuple[str, str]]:
        if one.read and min(one.read) <= self._newest:
            yield "order", f"contact {contact} was read {one.read} after {self._newest}"
        self._newest = max([self._newest, *one.read])
        if not candidates:
            yield "twice", f"contact {contact}: nobody computed {one.read} -> {one.said}"
            return
        fit = [done for done in candidates if _awake(done.case.session) in self._sessions]
        if not fit:
            yield "lost", f"contact {contact}: {one.read} was computed from an older talk"
        tickets = [_ticket(done) for done in fit or candidates]
        if self._ticket not in tickets:
            yield "lost", f"contact {contact}: {one.read} was computed from ticket {tickets[0]}, it was {self._ticket}"
        self._sessions = [_awake(done.session) for done in fit or candidates]


def _ticket(done: Done) -> tuple[int, int]:
    """Return the question that a case was computed with, and its version."""
    return (0, 0) if done.case.ticket is None else (done.case.ticket.id, done.case.ticket.version)


def _awake(session: Session) -> Session:
    return msgspec.structs.replace(session, wakes_at=None)


def tokens(done: Done) -> list[str]:
    """Return the names of what a case says, in the order in which it is written: what goes first, then the rest."""
    return [each.token for each in sorted(done.outgoing, key=lambda each: not each.head)]
