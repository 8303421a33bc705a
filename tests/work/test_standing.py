"""The open questions as one process knows them: always those of the store, read anew only where they have moved."""

import asyncio
from dataclasses import replace

import pytest
from fakes.desk import MONA, DeskStore, thread, ticket
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.routing import question
from bot.desk.ticket import TicketEvent
from bot.model import TicketId
from bot.work.standing import Questions, Standing


class Watched(DeskStore):
    """Counts what is read; ``between`` runs after the versions were read: a race."""

    def __init__(self) -> None:
        super().__init__(MONA)
        self.read: list[list[TicketId]] = []
        self.between = lambda: None

    async def open_versions(self):
        versions = await super().open_versions()
        await asyncio.sleep(0)
        self.between()
        return versions

    async def questions(self, tickets):
        self.read.append(sorted(tickets))
        return await super().questions([each for each in tickets if each in self.threads])

    def move(self, number: int, **what) -> None:
        """Let something happen to a question."""
        was = self.threads[TicketId(number)]
        moved = replace(was.ticket, version=was.ticket.version + 1, **what)
        event = TicketEvent("claimed", moved.changed_at, MONA.id)
        self.put(replace(was, ticket=moved, events=(*was.events, event)))

    def drop(self, number: int) -> None:
        """Let a question go, with all that is kept of it."""
        del self.threads[TicketId(number)]

    def truth(self):
        """What ``look`` must return."""
        return {
            each.ticket.id: question(each.ticket, each.events)
            for each in self.threads.values()
            if each.ticket.state != "closed"
        }


@pytest.fixture
def store() -> Watched:
    """A store with two open questions."""
    made = Watched()
    made.put(thread(ticket(7)), thread(ticket(8)))
    return made


async def test_only_what_has_moved_is_read_again(store):
    """A look reads the versions, and nothing else of what has stayed."""
    questions = Questions(store)
    first = await questions.look()
    assert store.truth() == first.questions
    assert await questions.look() is first
    store.move(8, adviser=MONA.id, state="claimed")
    second = await questions.look()
    assert [[7, 8], [8]] == store.read
    assert (store.truth(), {8}) == (second.questions, second.moved_since(first))


async def test_everybody_who_is_woken_at_once_shares_a_look(store):
    """A ring makes all streams of the desk look: the store is asked once or twice, not once for each of them."""
    asked = 0

    def count() -> None:
        nonlocal asked
        asked += 1

    store.between = count
    questions = Questions(store)
    looks = await asyncio.gather(*(questions.look() for _ in range(50)))
    assert ({id(looks[0])}, True) == ({id(each) for each in looks}, asked <= 2)


async def test_who_asks_while_a_look_is_under_way_hears_of_what_it_missed(store):
    """A look that began before the call may be older than what the caller was woken for: then there is another."""
    questions = Questions(store)
    store.between = lambda: store.move(7)
    early = asyncio.create_task(questions.look())
    await asyncio.sleep(0)
    store.between = lambda: None
    store.move(8)
    late = await questions.look()
    await early
    assert store.truth() == late.questions


async def test_what_is_erased_in_the_middle_of_a_look_is_gone_with_the_next(store):
    """A question that goes between the two readings is nobody's trouble."""
    questions = Questions(store)
    store.between = lambda: store.threads.pop(TicketId(8), None)
    await questions.look()
    assert store.truth() == (await questions.look()).questions


async def test_a_look_that_fails_leaves_the_next_one_whole(store):
    """A store that is away for a moment costs that look alone."""
    questions = Questions(store)
    store.between = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        await questions.look()
    store.between = lambda: None
    assert store.truth() == (await questions.look()).questions


@given(st.lists(st.tuples(st.sampled_from(["move", "close", "drop", "new", "look"]), st.integers(1, 6)), max_size=40))
async def test_whatever_happens_a_look_shows_what_is_there(happenings):
    """After any history a look shows exactly the open questions, and tells all that has moved since any earlier one."""
    store = Watched()
    questions = Questions(store)
    looks: list[Standing] = [Standing()]
    for what, number in happenings:
        known = TicketId(number) in store.threads
        if what == "look":
            looks.append(await questions.look())
        elif what == "new" and not known:
            store.put(thread(ticket(number)))
        elif what == "drop" and known:
            store.drop(number)
        elif what in {"move", "close"} and known:
            store.move(number, **({"state": "closed"} if what == "close" else {}))
    last = await questions.look()
    assert store.truth() == last.questions
    for look in looks:
        differ = {
            each
            for each in look.questions.keys() | last.questions.keys()
            if look.questions.get(each) != last.questions.get(each)
        }
        assert differ <= last.moved_since(look)
