"""The stage of the proof: every act is played by the real ``advance``, and looked at from all sides.

What a parent must never meet is a hole: the program breaks, nobody answers, steps run without end, a step is gone or
its answers are not there, a question is lost by asking for help, no person is near. Every message is kept, with how it
was reached, for ``words.py``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from bot.check.proof.acts import Act, is_heard
from bot.check.proof.space import State
from bot.check.watch import Met
from bot.flow import token
from bot.flow.card import waiting_card
from bot.flow.effect import Ignore, OpenTicket
from bot.flow.engine import Sprint, advance
from bot.flow.event import AskedGerman, AskedSource, AskedTerm, Chose, Command, Event, Flooded, Unreadable
from bot.flow.graph import Escalate, Revision
from bot.flow.message import Reply, interface
from bot.flow.session import Session

TAPS = 2
"""So many taps lead to a person, from everywhere; one more where the language has not been chosen yet."""
_EXTRAS = {"help": "hilfe", "person": "mensch", "menu": "menu"}
_COLLECTED = {"collected", "pressed twice", "edited"}
"""What may be ignored of what a parent does: words of a question being written, and what was heard already."""
_FAILED, _GONE = interface("talk.failed"), interface("talk.reworked")


@dataclass(frozen=True, slots=True)
class Seen:
    """One act in its place: the state it began in (None: the talk began), the acts since then, the act itself."""

    state: State | None
    lead: tuple[Act, ...]
    act: Act

    @property
    def trail(self) -> tuple[Act, ...]:
        """Everything that happened from the beginning of the talk."""
        return (*(self.state.trail() if self.state else ()), *self.lead, self.act)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a parent must never meet: its kind, where it was seen, and more about it."""

    kind: str
    seen: Seen
    detail: str = ""


class Eyes:
    """Plays acts on one revision and keeps what was seen: messages, findings, figures."""

    def __init__(self, revision: Revision, met: Met, now: datetime) -> None:
        self._revision = revision
        self._met = met
        self._now = now
        self._near: dict[object, bool] = {}
        self.messages: dict[Reply, Seen] = {}
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.steps = 0
        self.most = 0
        self.sprints = 0

    def play(self, state: State | None, lead: tuple[Act, ...], session: Session, act: Act) -> Sprint | None:
        """Play an act, and look at what follows; None where the program broke."""
        seen = Seen(state, lead, act)
        self._met.count = 0
        try:
            sprint = self._advance(session, act)
        except Exception as error:  # noqa: BLE001 - whatever breaks is what the proof looks for
            self._find("breaks", seen, session, f"{type(error).__name__}: {error}")
            return None
        self.steps = self._met.count
        self.most = max(self.most, self.steps)
        for kind, detail in _wrong(session, act.event, sprint):
            self._find(kind, seen, session, detail)
        self._keep(sprint, seen)
        if not sprint.session.frames and not self._is_near(sprint.session):
            self._find("person", seen, session)
        return sprint

    def aside(self, session: Session, act: Act) -> Sprint | None:
        """Play an act without looking."""
        try:
            return self._advance(session, act)
        except Exception:  # noqa: BLE001 - seen, and told, where the act is played
            return None

    def look_for_person(self, state: State) -> None:
        """Note where a waiting state has no person near."""
        if not self._is_near(state.session):
            came = state.trail()
            self._find("person", Seen(None, came[:-1], came[-1]), state.session)

    def _advance(self, session: Session, act: Act) -> Sprint:
        self.sprints += 1
        return advance(self._revision, session, act.event, self._now + act.after)

    def _find(self, kind: str, seen: Seen, session: Session, detail: str = "") -> None:
        """Keep a finding; of several of one kind at one step only the first, which is the shortest to reach."""
        frames = (seen.state.session if seen.state else session).frames
        place = (kind, frames[-1].flow, frames[-1].step) if frames else (kind, "", "")
        self.findings.setdefault(place, Finding(kind, seen, detail))

    def _keep(self, sprint: Sprint, seen: Seen) -> None:
        for effect in sprint.effects:
            if isinstance(effect, Reply) and effect not in self.messages:
                self.messages[effect] = seen
            elif isinstance(effect, OpenTicket):
                for closed, nobody in product((False, True), repeat=2):
                    card = waiting_card(effect, self._now, closed=closed, nobody=nobody)
                    self.messages.setdefault(card, seen)

    # -- the way to a person

    def _is_near(self, session: Session) -> bool:
        """Say whether a person can be reached in two taps on what is in sight."""
        key = (session.waits, session.owner, session.language, _place(session), _taps(session))
        if key not in self._near:
            self._near[key] = self._reaches(session, TAPS if session.language else TAPS + 1)
        return self._near[key]

    def _reaches(self, session: Session, taps: int) -> bool:
        if session.owner == "desk" or self._collects(session):
            return True
        if not taps:
            return False
        sprints = (self.aside(session, Act(Chose(tap))) for tap in _taps(session))
        return any(sprint is not None and self._reaches(sprint.session, taps - 1) for sprint in sprints)

    def _collects(self, session: Session) -> bool:
        if session.waits != "step" or not session.frames:
            return False
        flow = self._revision.flows.get(session.frames[-1].flow)
        return flow is not None and isinstance(flow.steps.get(session.frames[-1].step), Escalate)


def _place(session: Session) -> tuple[str, str]:
    return (session.frames[-1].flow, session.frames[-1].step) if session.frames else ("", "")


def _taps(session: Session) -> tuple[str, ...]:
    """Return the buttons in sight, those first that lead to a person at once."""
    extras = (_EXTRAS[extra] for reply in session.last for extra in reply.extras if extra in _EXTRAS)
    options = (option.token for reply in session.last for option in reply.options)
    found = dict.fromkeys((*map(token.command, extras), *options))
    return tuple(sorted(found, key=lambda tap: tap not in _PERSON))


_PERSON = {token.command("mensch"), token.HAND_OVER}


def _wrong(before: Session, event: Event, sprint: Sprint) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a sprint."""
    effects = sprint.effects
    ignored = [effect.why for effect in effects if isinstance(effect, Ignore)]
    if not effects or (is_heard(event) and len(ignored) == len(effects) and not _COLLECTED.issuperset(ignored)):
        yield "silent", ", ".join(ignored)
    texts = {line.text for effect in effects if isinstance(effect, Reply) for line in effect.lines}
    if _FAILED in texts:
        yield "endless", ""
    if _GONE in texts and not _is_old_button(before, event):
        yield "gone", ""
    if (
        _only_asks(event)
        and before.waits != "nothing"
        and (sprint.session.frames, sprint.session.waits) != (before.frames, before.waits)
    ):
        yield "lost", ""


def _is_old_button(session: Session, event: Event) -> bool:
    """Say whether a button was pressed that is not in sight any more: its flow may begin again, saying so."""
    in_sight = {option.token for reply in session.last for option in reply.options}
    return isinstance(event, Chose) and event.token not in in_sight


def _only_asks(event: Event) -> bool:
    """Say whether this leaves a talk where it is."""
    asks = isinstance(event, AskedGerman | AskedTerm | AskedSource | Unreadable | Flooded)
    return asks or (isinstance(event, Command) and event.name in {"deutsch", "hilfe"})
