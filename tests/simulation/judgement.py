"""The judge of a simulated run: compares what was promised with what the rows, the platform and the pages say.

A finding is one line; its first word is the kind: ``lost twice order left error``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from load.acts import total
from simulation.chain import Chain, tokens
from simulation.colleagues import Colleagues
from simulation.director import Director
from simulation.families import Page, Phone
from simulation.history import History, Row, Written
from simulation.messenger import UNKNOWN, Platform
from simulation.world import World

from bot.channels.webchat.channel import ACCOUNT as WEBCHAT
from bot.desk.ticket import NEXT
from bot.ports import ChatLine, Done
from bot.store.sqlite import SqliteStore

MOVES = frozenset(
    {
        "queued>sending", "sending>sent", "sending>dead", "sending>queued", "queued>aside", "sending>aside",
        "aside>queued", "queued>withdrawn", "queued>sent",
    }
)  # fmt: skip
"""What may become of a message."""
_WORD = re.compile(r"Wort \d+")
_ANSWER = re.compile(r"Antwort \d+")


class Judge:
    """Looks at one finished run."""

    def __init__(
        self, world: World, history: History, platform: Platform, director: Director, colleagues: Colleagues
    ) -> None:
        self._world = world
        self._history = history
        self._platform = platform
        self._families = director.families
        self._colleagues = colleagues

    async def judge(self, store: SqliteStore) -> None:
        """Say everything that is wrong."""
        self._written = self._history.written()
        self._erased = self._history.erased()
        self._forgot = any(one.dropped and not one.parting for each in self._written.values() for one in each)
        self._forgetful = self._forgot or bool(self._erased)
        self._outbox = self._history.outbox()
        self._strange = self._history.strange_again()
        self._chains()
        self._messages()
        self._sendings()
        self._tickets()
        self._versions()
        self._left()
        self._reminders()
        if not self._forgot:
            await self._received(store)
        await self._families_hear(store)

    def _find(self, kind: str, what: str) -> None:
        self._world.find(kind, what)

    # -- every commit follows from the one before it

    def _chains(self) -> None:
        """Each fragment is read once, in order; each talk goes on from where it stood; nothing is said by nobody."""
        for contact, written in self._written.items():
            if contact in self._erased:
                continue
            chain = Chain()
            for one in written:
                for finding in chain.follow(contact, one, self._candidates(contact, one)):
                    self._find(*finding)

    def _candidates(self, contact: int, one: Written) -> Sequence[Done]:
        version = one.versions[-1] - 1 if one.versions else -1
        return [
            done
            for done in self._history.cases[contact, version]
            if tokens(done) == one.said and sorted(each.id for each in done.case.unread) == sorted(one.read)
        ]

    # -- the outbox

    def _messages(self) -> None:
        for row in self._outbox:
            if strange := [move for move in row.moves if move not in MOVES]:
                self._find("error", f"message {row.id} moved {strange}")
            if row.state == "dead" and not self._may_be_dead(row):
                self._find("lost", f"message {row.id} is dead, and the platform never refused it")

    def _may_be_dead(self, row: Row) -> bool:
        unsure = sum(taken.item == row.id and taken.mood in UNKNOWN for taken in self._platform.taken)
        return row.id in self._platform.refused or unsure > 0 or self._platform.timed_out[row.id] > 1

    def _sendings(self) -> None:
        """A message is taken once, and once more at most for each time that nobody could know; in order in each chat."""
        rows_of = {row.id: row for row in self._outbox}
        taken = Counter(each.item for each in self._platform.taken if each.item)
        unknown = Counter(each.item for each in self._platform.taken if each.mood in UNKNOWN)
        for item, times in taken.items():
            row = rows_of.get(item)
            if row is None:
                if not self._forgetful:
                    self._find("error", f"message {item} was sent and is not there")
                continue
            if times > 1 + unknown[item] + self._history.recovered[item]:
                self._find("twice", f"message {item} was taken {times} times: {row.moves}")
        if self._history.recoveries > self._world.excuses:
            self._find("twice", f"{self._history.recoveries} times what was in the air was taken up, without a reason")
        for row in self._outbox:
            if row.state == "sent" and row.account != WEBCHAT and not taken[row.id]:
                self._find("lost", f"message {row.id} is marked sent, and the platform never had it")
        self._in_order(rows_of)

    def _in_order(self, rows_of: Mapping[int, Row]) -> None:
        firsts: defaultdict[int, dict[int, None]] = defaultdict(dict)
        for each in self._platform.taken:
            if each.item in rows_of and rows_of[each.item].position == 0:
                firsts[each.chat].setdefault(each.item)
        for chat, items in firsts.items():
            if list(items) != sorted(items):
                self._find("order", f"chat {chat} was sent {list(items)}")

    # -- the desk

    def _tickets(self) -> None:
        """A question's history leads to where it stands, a step at a time; no contact has two open ones."""
        events: defaultdict[int, list[str]] = defaultdict(list)
        for row in self._history.rows("select ticket, kind from ticket_event order by id"):
            events[row["ticket"]].append(row["kind"])
        open_ones: Counter[int] = Counter()
        for ticket in self._history.rows("select id, contact, state from ticket order by id"):
            open_ones[ticket["contact"]] += ticket["state"] != "closed"
            if (state := _replayed(events[ticket["id"]])) != ticket["state"]:
                self._find("error", f"ticket {ticket['id']} is {ticket['state']}, its history says {state}")
        for contact, count in open_ones.items():
            if count > 1:
                self._find("twice", f"contact {contact} has {count} open questions")

    def _versions(self) -> None:
        """A question's versions grow one by one: nobody wrote over what another had written."""
        versions: defaultdict[int, list[int]] = defaultdict(list)
        for written in self._written.values():
            for one in written:
                for ticket, version, _ in one.tickets:
                    versions[ticket].append(version)
        for ticket, found in versions.items():
            if found != list(range(1, len(found) + 1)):
                self._find("order", f"ticket {ticket} had the versions {found}")

    # -- the end

    def _left(self) -> None:
        for rows_ in ("inbound where state in ('unread', 'failed')", "outbox where state in ('queued', 'sending')"):
            if left := [tuple(row) for row in self._history.rows(f"select id, contact, state from {rows_}")]:  # noqa: S608 - ours
                self._find("left", f"{rows_.partition(' ')[0]} {left}")
        for each in self._families:
            if each.busy:
                self._find("left", f"{each.name} still waits")

    def _reminders(self) -> None:
        """Nobody is reminded of the same day twice."""
        said: Counter[tuple[int, object]] = Counter()
        for contact, written in self._written.items():
            for one in written:
                for done in self._candidates(contact, one)[:1]:
                    said.update((contact, each.until) for each in done.outgoing if each.until is not None)
        for (contact, until), count in said.items():
            if count > 1:
                self._find("twice", f"contact {contact} was reminded {count} times of {until}")

    # -- what was acknowledged is there

    async def _received(self, store: SqliteStore) -> None:
        both = "select external from inbound union all select external from past_inbound"
        kept = {row["external"] for row in self._history.rows(both)}
        for page in self._families:
            if isinstance(page, Page):
                for name in sorted(page.posted):
                    if store._house.alias("webchat", "fragment", name) not in kept:
                        self._find("lost", f"{page.name} was told that {name} is kept")
        for number in sorted(self._platform.acknowledged):
            for fragment in self._platform.fragments(number):
                if store._house.alias("telegram", "fragment", fragment.external_id) not in kept:
                    self._find("lost", f"the platform was told that update {number} is kept")

    # -- what the families hear

    async def _families_hear(self, store: SqliteStore) -> None:
        answers: Counter[str] = Counter()
        for each in self._families:
            contact = await store.contact_of(each.account, each.address)
            if contact is None:
                continue
            lines = await _all_lines(store, contact)
            texts = [line.message.text for line in lines if line.message]
            answers.update(word for text in texts for word in _ANSWER.findall(text))
            if isinstance(each, Page):
                self._page(each, [line.token for line in lines if line.message])
            if each.tidy:
                await self._tidy(store, each, texts, contact)
        for words in self._colleagues.answered:
            if answers[words] > 1 or not (answers[words] or self._forgetful):
                self._find("lost" if not answers[words] else "twice", f"the answer {words!r}: {answers[words]} times")
        for words in self._colleagues.unsure:
            if answers[words] > 1:
                self._find("twice", f"the answer {words!r}: {answers[words]} times")

    def _page(self, page: Page, said: Sequence[str]) -> None:
        seen = self._not_withdrawn([line["token"] for line in page.lines])
        if self._forgot or (
            self._erased and not page.tidy
        ):  # what was said to somebody who is forgotten is seen, and gone
            seen = [token for token in dict.fromkeys(seen) if token in set(said)]
            said = [token for token in said if token in set(seen)]
        if seen != list(said):
            kind = "twice" if len(set(seen)) < len(seen) else "lost" if set(said) - set(seen) else "order"
            self._find(kind, f"{page.name} has seen {len(seen)} messages, {len(said)} were said")

    def _not_withdrawn(self, seen: Sequence[str]) -> list[str]:
        """Leave out what was withdrawn after a page had shown it and before it could say so; not a second showing."""
        withdrawn = {row.token for row in self._outbox if row.state == "withdrawn"}
        return [token for place, token in enumerate(seen) if token not in withdrawn or token in seen[:place]]

    async def _tidy(self, store: SqliteStore, each: Page | Phone, texts: Sequence[str], contact: int) -> None:
        """Every word of a tidy parent is said back once or stands in the question once, each in its order."""
        must = total(each.done)
        echoed = [word for text in texts if "ezählt: " in text for word in _WORD.findall(text)]
        noted = await _noted(store, contact)
        words = [_WORD.findall(echo)[0] for echo in must.echoes]
        if (
            self._world.has_jumped or self._forgot
        ):  # after a day's silence words are held until the parent says whether to go on
            self._once(each.name, Counter(echoed) + Counter(noted))
            return
        for what, expected, found in (("echo", words, echoed), ("line", must.noted, noted)):
            if list(expected) != list(found):
                self._compare(f"{each.name} {what}", expected, found)

    def _once(self, name: str, effects: Counter[str]) -> None:
        """Nothing has two effects; what came while the clock was a year behind is forgotten with its name afterwards.

        Then a repetition of it is news, and no house can know better.
        """
        more = {  # numbered, so said once; "Fertig" is said again and again
            word: count for word, count in effects.items() if count > 1 and word[-1:].isdigit()
        }
        if sum(more.values()) - len(more) > self._strange:
            for word, count in more.items():
                self._find("twice", f"{name}: {word!r} had {count} effects")

    def _compare(self, what: str, expected: Sequence[str], found: Sequence[str]) -> None:
        lost, twice = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
        kind = "lost" if lost else "twice" if twice else "order"
        self._find(kind, f"{what}: {list(lost) or list(twice) or list(found)}")


def _replayed(kinds: Sequence[str]) -> str:
    """Return the state to which a question's history leads."""
    state = ""
    for kind in kinds:
        if kind == "opened":
            state = "open"
        elif kind != "offered":
            state = NEXT.get(state, {}).get(kind, f"{state}>{kind}?")
    return state


async def _all_lines(store: SqliteStore, contact: int) -> Sequence[ChatLine]:
    lines: list[ChatLine] = []
    cursor = "i0-o0"
    while found := await store.chat(contact, cursor, 500):
        lines += found
        cursor = found[-1].cursor
    return lines


async def _noted(store: SqliteStore, contact: int) -> Sequence[str]:
    """Return what a parent wrote in their questions."""
    threads = [await store.thread(each.ticket.id) for each in await store.open_tickets()]
    return [
        line.text
        for thread in threads
        if thread and thread.ticket.contact == contact
        for line in thread.lines
        if line.side == "parent"
    ]
