"""The states of all flows and what leads from one to the next, found by letting ``advance`` do everything.

A state is a real session; two are the same where nothing later can tell them apart (``answers.py``). A call is not
followed with its callers below it: what happens inside is explored once, by itself, and each way out of it is then
played again above every caller. So the work grows with the number of flows, not with the stacks they can form.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from bot.check.proof.acts import Act, accepted, in_sight
from bot.check.proof.answers import Answers
from bot.flow import token
from bot.flow.engine import Sprint
from bot.flow.event import Chose, Command, Started
from bot.flow.graph import Ask, End, Flow, Revision, Wording
from bot.flow.meaning.paths import END
from bot.flow.message import content
from bot.flow.session import Frame, Session
from bot.flow.steps.missed import MISSES

STATES = 20_000
"""More states of one flow are not explored; then it is not called proven."""

CALLER = "?"
"""The name of a flow that no author can give: a caller of whatever is explored, that sees what comes back."""


def with_caller(revision: Revision) -> Revision:
    """Return a revision with the one flow more that sees what a called flow gives back."""
    back = Ask("back", Wording(content(CALLER)), "answer", "text", End())
    caller = Flow(CALLER, content(CALLER), "", "back", {"back": back})
    return replace(revision, flows={**revision.flows, CALLER: caller})


@dataclass(eq=False, slots=True)
class State:
    """A session in which something waits, how it was reached, and (once it was explored) what leads on from it."""

    session: Session
    came_from: "State | None"
    acts: tuple[Act, ...]
    ways: "list[Way] | None" = None

    def trail(self) -> tuple[Act, ...]:
        """Return all that happened from the beginning of the talk."""
        acts: list[tuple[Act, ...]] = []
        state: State | None = self
        while state is not None:
            acts.append(state.acts)
            state = state.came_from
        return tuple(act for part in reversed(acts) for act in part)


@dataclass(frozen=True, slots=True)
class Way:
    """One act in a state: ``lead`` are acts inside a called flow before it, ``before`` the session it happens in.

    ``to`` is the state it leads to, None where the flow is left. ``ends``: it was left by its end, and ``returned`` is
    what a caller can tell apart of its answers; ``steps`` tells how many steps ran.
    """

    lead: tuple[Act, ...]
    act: Act
    before: Session
    to: State | None
    ends: bool = False
    returned: Hashable = ()
    steps: int = 0

    @property
    def acts(self) -> tuple[Act, ...]:
        """All acts of the way."""
        return (*self.lead, self.act)


Exit = tuple[tuple[Act, ...], Way]
"""A way out of a called flow, with the acts that lead from its beginning to that way's state."""


class Stage(Protocol):
    """Where acts are played: ``advance`` itself, with eyes that see whatever goes wrong."""

    steps: int

    def play(self, state: State | None, lead: tuple[Act, ...], session: Session, act: Act) -> Sprint | None:
        """Play an act, and look at what follows; None where nothing could follow."""

    def aside(self, session: Session, act: Act) -> Sprint | None:
        """Play an act without looking."""


class Space:
    """All states in one language, on one day."""

    def __init__(self, revision: Revision, answers: Answers, begin: Session, stage: Stage) -> None:
        self._revision = revision
        self._answers = answers
        self._begin = begin
        self._stage = stage
        self._states: dict[Hashable, State] = {}
        self._count: dict[str, int] = {}
        self._exits: dict[State, tuple[Exit, ...]] = {}
        self._open: set[State] = set()
        self.cut: set[str] = set()

    @property
    def states(self) -> Collection[State]:
        """All states found so far, each after the one it was reached from."""
        return self._states.values()

    def explore(self, flow: str) -> None:
        """Explore a flow from its beginning, and from every button of it that a parent may still have in sight."""
        self._explore_from(self._land(None, (), Act(Started(flow)), self._begin, flow))

    def press_later(self, state: State, pressed: str, flow: str) -> None:
        """Explore what a button of a state's question leads to after the talk has gone elsewhere, to the menu."""
        menu = Act(Command("menu"))
        sprint = self._stage.aside(state.session, menu)
        if sprint is not None:
            self._explore_from(self._land(state, (menu,), Act(Chose(pressed)), sprint.session, flow))

    def go_on(self, state: State, act: Act) -> None:
        """Explore what an act leads to that a state's step does not ask for."""
        self._explore_from(self._land(state, (), act, state.session, state.session.frames[0].flow))

    def _explore_from(self, way: Way | None) -> None:
        """Explore what a way leads to, as far as it is not explored yet."""
        waiting = deque([] if way is None or way.to is None else [way.to])
        while waiting:
            state = waiting.popleft()
            if state.ways is None:
                waiting.extend(on.to for on in self._ways(state) if on.to is not None and on.to.ways is None)

    def _ways(self, state: State) -> list[Way]:
        """Return the ways on from a state, exploring it now where it was not yet."""
        if state.ways is None:
            state.ways = []
            self._open.add(state)
            state.ways = list(self._inside(state) if len(state.session.frames) > 1 else self._own(state))
            self._open.discard(state)
        elif state in self._open:
            self.cut.add(state.session.frames[0].flow)  # flows that call each other in a circle
        return state.ways

    def _own(self, state: State) -> Iterator[Way]:
        """Yield the ways on within the one flow that runs."""
        for act in self._acts(state.session):
            way = self._land(state, (), act, state.session, state.session.frames[0].flow)
            if way is not None:
                yield way

    def _acts(self, session: Session) -> Iterator[Act]:
        frame = session.frames[-1]
        flow = self._revision.flows[frame.flow]
        step = flow.steps.get(frame.step) if session.waits == "step" else None
        if step is None:  # another language is another talk, which is explored by itself
            own = token.language(session.language or "")
            pressed = (each for each in in_sight(session) if each == own or not each.startswith("l."))
            yield from (Act(Chose(each)) for each in pressed)
        else:
            yield from accepted(session, flow, step, self._answers)

    def _inside(self, state: State) -> Iterator[Way]:
        """Yield the ways on from a state in which a called flow waits: the ways out of that flow, played here."""
        caller, *called = state.session.frames
        alone = msgspec.structs.replace(state.session, frames=tuple(called))
        for lead, way in self._exits_of(self._state(alone, state, ())):
            bottom, *above = way.before.frames
            bottom = msgspec.structs.replace(bottom, save=called[0].save)
            before = msgspec.structs.replace(way.before, frames=(caller, bottom, *above))
            landed = self._land(state, (*lead, *way.lead), way.act, before, caller.flow)
            if landed is not None:
                yield landed

    def _exits_of(self, entry: State) -> tuple[Exit, ...]:
        """Return the ways out of a flow: for each class of what comes back the shortest, and the one of most steps."""
        if entry not in self._exits:
            self._exits[entry] = tuple(self._find_exits(entry))
        return self._exits[entry]

    def _find_exits(self, entry: State) -> Iterator[Exit]:
        leads: dict[State, tuple[Act, ...]] = {entry: ()}
        first: dict[Hashable, Exit] = {}
        longest: dict[Hashable, Exit] = {}
        waiting = deque([entry])
        while waiting:
            state = waiting.popleft()
            for way in self._ways(state):
                if way.ends:
                    found = (leads[state], way)
                    first.setdefault(way.returned, found)
                    if way.steps > longest.setdefault(way.returned, found)[1].steps:
                        longest[way.returned] = found
                elif way.to is not None and way.to not in leads:
                    leads[way.to] = (*leads[state], *way.acts)
                    waiting.append(way.to)
        yield from first.values()
        yield from (longest[key] for key, found in first.items() if longest[key] is not found)

    def _land(self, state: State | None, lead: tuple[Act, ...], act: Act, before: Session, flow: str) -> Way | None:
        """Play an act and return the way it makes within a flow; None where the program broke."""
        sprint = self._stage.play(state, lead, before, act)
        if sprint is None:
            return None
        session, steps = sprint.session, self._stage.steps
        if session.frames and session.frames[0].flow == flow:
            return Way(lead, act, before, self._state(session, state, (*lead, act)), steps=steps)
        ends = not session.frames and session.owner == "bot"
        returned = self._returned(before, act, flow) if ends else ()
        return Way(lead, act, before, None, ends, returned, steps)

    def _returned(self, before: Session, act: Act, flow: str) -> Hashable:
        """Return what a caller gets back of the answers, by letting one wait below."""
        names = self._answers.saved.get(flow, frozenset())
        if not names or not before.frames or before.frames[0].flow != flow:
            return ()
        bottom = msgspec.structs.replace(before.frames[0], save=tuple(sorted(names)))
        frames = (Frame(CALLER, "back", then="back"), bottom, *before.frames[1:])
        sprint = self._stage.aside(msgspec.structs.replace(before, frames=frames), act)
        if sprint is None or not sprint.session.frames or sprint.session.frames[0].flow != CALLER:
            return ()
        return self._answers.returned(flow, sprint.session.frames[0].answers)

    def _state(self, session: Session, came_from: State | None, acts: tuple[Act, ...]) -> State:
        key = self._key(session)
        if key not in self._states:
            flow = session.frames[0].flow
            self._count[flow] = self._count.get(flow, 0) + 1
            self._states[key] = State(session, came_from, acts)
            if self._count[flow] > STATES:
                self.cut.add(flow)
                self._states[key].ways = []
        return self._states[key]

    def _key(self, session: Session) -> Hashable:
        top = len(session.frames) - 1
        frames = tuple(
            (frame.flow, at, frame.part, frozenset(frame.asked), self._answers.key(frame, at))
            for place, frame in enumerate(session.frames)
            for at in ((frame.step if place == top else frame.then) or END,)
        )
        misses = min(session.misses, MISSES)
        going = session.going if session.waits == "leave" else ""
        return frames, session.waits, misses, bool(session.written), going, in_sight(session)
