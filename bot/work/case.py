"""One contact's unread fragments, worked out: what each means, and what follows. No I/O; ``converse`` writes it down.

The case is written whole or not at all, so everything here happens on values: the session, the ticket as it moves,
and the messages in words.
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import structlog

from bot.check.edition import Edition
from bot.desk import due
from bot.desk import ticket as desk
from bot.flow.about import with_message
from bot.flow.card import waiting_card
from bot.flow.effect import (
    AddToTicket,
    Effect,
    Erase,
    Ignore,
    OpenTicket,
    Passed,
    Rated,
    Reopen,
    Subscribe,
    Unsubscribe,
)
from bot.flow.engine import Sprint, advance
from bot.flow.event import (
    Blocked,
    Due,
    Edited,
    Event,
    Flooded,
    Ignored,
    Reacted,
    Said,
    Shared,
    TicketClosed,
)
from bot.flow.message import Line as ReplyLine
from bot.flow.message import Option, Reply, interface
from bot.flow.question import is_for_person
from bot.flow.session import Session
from bot.flow.talk import MENU, SOURCE_LANGUAGE
from bot.flow.token import HAND_OVER
from bot.model import HOUSE, InboundId, Language, Topic
from bot.ports import Case, Done, NewTicket, Outgoing, TicketChange, Tokens, Unread
from bot.text.interface import NOTICE
from bot.text.limits import LIMITS
from bot.text.render import render
from bot.text.typed import tidy
from bot.text.understand import asks_for_help, understand
from bot.work.flood import FloodLimit, count, first_too_many, flooded
from bot.work.route import Promise

Outlook = Callable[[Topic, Language, datetime], Promise]
"""What may be promised to a parent who asks about a topic, in a language, at a moment."""

_APOLOGY = Reply(
    (ReplyLine(interface("talk.failed")),), (Option(HAND_OVER, interface("button.ask_person")), MENU), ("help",)
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rules:
    """What every case is worked out by."""

    outlook: Outlook
    zone: ZoneInfo
    flood: FloodLimit
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Heard:
    """One fragment with the events that its channel read in it."""

    unread: Unread
    events: Sequence[Event]


def work_out(
    case: Case, heard: Sequence[Heard], replies: Mapping[str, Reply], edition: Edition, rules: Rules, now: datetime
) -> Done:
    """Return what becomes of a case. ``replies`` are the messages that pressed extras are about, by token.

    It ends where the parent has everything erased: what they sent after that is taken once more, as somebody new's.
    """
    work = _Work(case, edition, rules, now.astimezone(rules.zone))
    for place, each in enumerate(heard):
        work.fragment(each, replies)
        if work.is_over:
            return work.done(replace(case, unread=case.unread[: place + 1]))
    return work.done(case)


class _Draft(msgspec.Struct, frozen=True):
    """A case in the making: all of it one value, so that a fragment that fails leaves nothing behind."""

    session: Session
    ticket: desk.Ticket | None
    new: NewTicket | None = None
    events: tuple[desk.TicketEvent, ...] = ()
    written: tuple[str, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    rating: str = ""
    stopped: bool = False
    subscribed: tuple[Subscribe, ...] = ()
    passed: tuple[Passed, ...] = ()
    erased: bool = False
    agreed: str = ""


class _Work:
    """Works on one case's draft."""

    def __init__(self, case: Case, edition: Edition, rules: Rules, now: datetime) -> None:
        self._case = case
        self._edition = edition
        self._rules = rules
        self._now = now
        self._draft = _Draft(case.session, case.ticket)
        self._failed: list[tuple[InboundId, str]] = []

    def fragment(self, heard: Heard, replies: Mapping[str, Reply]) -> None:
        """Take one fragment; where it fails, nothing of it stays but the mark and an apology."""
        before = self._draft
        try:
            for event in heard.events:
                self._event(with_message(event, replies), ours=heard.unread.account == HOUSE)
        except Exception as error:  # noqa: BLE001 - a bug or an impossible payload is this fragment's alone
            self._draft = before
            self._failed.append((heard.unread.id, _where(error)))
            log.error("converse.fragment_failed", fragment=heard.unread.id, where=_where(error))
            self._say(_APOLOGY)

    @property
    def is_over(self) -> bool:
        """Whether the parent has had everything erased."""
        return self._draft.erased

    def done(self, case: Case) -> Done:
        """Return all of it, for the case with the fragments that were worked out."""
        draft = self._draft
        if draft.erased:
            return Done(case, draft.session, (), goodbye=draft.outgoing[0])
        failed = tuple(self._failed)
        return Done(
            case=case,
            session=draft.session,
            outgoing=draft.outgoing,
            new_ticket=draft.new,
            change=self._change(),
            rating=draft.rating,
            failed=failed,
            stopped=draft.stopped,
            subscribed=draft.subscribed,
            passed=draft.passed,
            agreed=draft.agreed,
        )

    def _event(self, event: Event, *, ours: bool) -> None:
        if isinstance(event, Said | Shared | Edited):
            event = _tidied(event)
        free = ours or isinstance(event, Ignored) or asks_for_help(event, self._edition.words)
        if isinstance(event, Said):
            event = understand(event, self._draft.session, self._edition.words)
        if not free and not asks_for_help(event, self._edition.words) and self._flooded(event):
            return
        if stale := self._stale(event):
            event = Ignored(stale)
        if not ours and not isinstance(event, Ignored | Blocked | Reacted):
            self._go_on()
        until = due.over(event.day, self._rules.zone) if isinstance(event, Due) else None
        self._carry_out(advance(self._edition.revision, self._draft.session, event, self._now), until)

    def _go_on(self) -> None:
        """Note that the parent goes on although they know what is kept: that is their consent."""
        if self._case.newcomer and "privacy" in self._draft.session.told:
            self._set(agreed=NOTICE)

    def _stale(self, event: Event) -> str:
        """Say why the house's own news is none any more; empty where it is."""
        match event:
            case TicketClosed() if self._draft.ticket is not None and self._draft.ticket.state != desk.CLOSED:
                return "the question was opened again meanwhile"
            case Due(day=day) if self._now >= due.over(day, self._rules.zone):
                return "the day is over"
            case Due(flow=flow) if not self._wants(flow):
                return "the reminder is not wanted any more"
            case _:
                return ""

    def _wants(self, flow: str) -> bool:
        """Say whether the parent still wants to be reminded, with what they said a moment ago."""
        said_now = {wanted.flow for wanted in self._draft.subscribed}
        return flow in said_now or (flow in self._case.wanted and not self._draft.stopped)

    def _flooded(self, event: Event) -> bool:
        """Count a message; answer the first one too many politely, keep the rest silently where a person will read it."""
        self._set(session=count(self._draft.session, self._now, self._rules.flood))
        if not flooded(self._draft.session):
            return False
        if isinstance(event, Said | Shared | Edited) and is_for_person(
            self._edition.revision, self._draft.session, self._now
        ):
            sprint = advance(self._edition.revision, self._draft.session, event, self._now)
            self._carry_out(replace(sprint, effects=tuple(e for e in sprint.effects if not isinstance(e, Reply))))
        if first_too_many(self._draft.session):
            self._carry_out(advance(self._edition.revision, self._draft.session, Flooded(), self._now))
        return True

    def _carry_out(self, sprint: Sprint, until: datetime | None = None) -> None:
        """Carry out effects; ``until`` is when a reminder's use is over."""
        self._set(session=sprint.session, passed=(*self._draft.passed, *sprint.passed))
        for effect in sprint.effects:
            self._effect(effect, until)

    def _effect(self, effect: Effect, until: datetime | None) -> None:
        match effect:
            case Reply():
                self._say(effect, until)
            case OpenTicket():
                self._open(effect)
            case AddToTicket(written=written):
                self._add(written)
            case Reopen():
                self._reopen()
            case Rated(rating=rating):
                self._set(rating=rating)
            case Subscribe():
                self._set(subscribed=(*self._draft.subscribed, effect))
            case Unsubscribe():
                self._stop()
            case Erase():
                self._set(erased=True, outgoing=())
            case Ignore(why=why):
                log.debug("converse.ignored", contact=self._case.contact, why=why)

    def _stop(self) -> None:
        """End all reminders; one that came in together with the STOPP is not said either."""
        kept = tuple(each for each in self._draft.outgoing if each.until is None)
        self._set(stopped=True, subscribed=(), outgoing=kept)

    def _say(self, reply: Reply, until: datetime | None = None) -> None:
        language = self._draft.session.language or self._draft.session.hint or SOURCE_LANGUAGE
        token = self._rules.tokens()
        message = render(
            reply, self._edition.catalogs, language, LIMITS[self._case.account], token, self._edition.media
        )
        head = reply.lines == self._edition.revision.help_card
        self._set(outgoing=(*self._draft.outgoing, Outgoing(token, message, reply, head, until)))

    # -- the question

    def _open(self, asked: OpenTicket) -> None:
        promise, until = self._promise(asked.topic), None
        topic = self._topic(asked.topic)
        urgency = asked.urgency or topic.urgency
        if self._draft.new is None and (self._draft.ticket is None or self._draft.ticket.state == desk.CLOSED):
            self._set(new=NewTicket(topic.name, urgency, self._language(), asked.written, asked.trail, promise.until))
        else:  # there is one question at a time; one that has become urgent is urgent
            self._add(asked.written)
            self._press(urgency)
            until = self._owed()
        until = (until or promise.until).astimezone(self._rules.zone)
        self._say(waiting_card(asked, until, closed=not promise.open_now, nobody=not promise.somebody))

    def _owed(self) -> datetime | None:
        """Return until when an answer was promised already, None where the open question is waiting for the parent."""
        if self._draft.new is not None:
            return self._draft.new.promise_at
        ticket = self._draft.ticket
        return ticket.promise_at if ticket is not None and ticket.state in {desk.OPEN, desk.CLAIMED} else None

    def _press(self, urgency: str) -> None:
        """Make the open question urgent, where the words that were added are."""
        if urgency != "urgent":
            return
        if self._draft.new is not None:
            self._set(new=replace(self._draft.new, urgency=urgency))
        elif self._draft.ticket is not None:
            self._set(ticket=replace(self._draft.ticket, urgency=urgency))

    def _add(self, written: tuple[str, ...]) -> None:
        if self._draft.new is not None:
            self._set(new=replace(self._draft.new, written=(*self._draft.new.written, *written)))
        elif self._draft.ticket is None:
            self._open_anew(written)
        else:
            if self._draft.ticket.state == desk.CLOSED:
                self._reopen()
            self._move(desk.ParentWrote(self._promise(self._draft.ticket.topic).until), written)

    def _reopen(self) -> None:
        if self._draft.new is None and self._draft.ticket is not None:
            self._move(desk.Reopened(self._promise(self._draft.ticket.topic).until), ())

    def _move(self, happening: desk.ParentWrote | desk.Reopened, written: tuple[str, ...]) -> None:
        moved = None if self._draft.ticket is None else desk.apply(self._draft.ticket, happening, self._now)
        if isinstance(moved, desk.Moved):
            self._set(ticket=moved.ticket)
            self._set(events=(*self._draft.events, *moved.events))
            self._set(written=(*self._draft.written, *written))
        elif written:  # closed too long ago: a new question
            self._open_anew(written)

    def _open_anew(self, written: tuple[str, ...]) -> None:
        name = "" if self._draft.ticket is None else self._draft.ticket.topic
        topic = self._topic(name)
        until = self._promise(name).until
        self._set(new=NewTicket(topic.name, topic.urgency, self._language(), written, self._draft.session.trail, until))

    def _change(self) -> TicketChange | None:
        """Return the ticket as it moved, as one step of its version."""
        if self._draft.ticket is None or self._case.ticket is None or not self._draft.events:
            return None
        ticket = replace(self._draft.ticket, version=self._case.ticket.version + 1)
        return TicketChange(ticket, self._draft.events, self._draft.written)

    def _promise(self, topic: str) -> Promise:
        return self._rules.outlook(self._topic(topic), self._language(), self._now)

    def _topic(self, name: str) -> Topic:
        topics = self._edition.revision.topics
        return topics.get(name) or topics.get("allgemein") or next(iter(topics.values()))

    def _language(self) -> Language:
        return self._draft.session.language or self._draft.session.hint or SOURCE_LANGUAGE

    def _set(self, **fields: object) -> None:
        self._draft = msgspec.structs.replace(self._draft, **fields)


def _tidied(event: Said | Shared | Edited) -> Said | Shared | Edited:
    match event:
        case Said(text=text):
            return Said(tidy(text))
        case Edited(text=text):
            return Edited(tidy(text))
        case Shared(caption=caption):
            return replace(event, caption=tidy(caption))


def _where(error: Exception) -> str:
    """Return an error's kind and place. Never its message: that may hold a parent's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"
