"""The proof: every flow is walked through in all its states, and what parents must never meet is looked for.

``docs/reference/proof.md`` says what is proven and what is not. This file knows the order of the work: explore each
flow, do in every waiting state what may be done at any moment, begin in every language, put all messages into words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from bot.check.collector import without_collector
from bot.check.coverage import coverage
from bot.check.edition import Edition
from bot.check.proof.acts import Act, always, in_sight
from bot.check.proof.answers import Answers
from bot.check.proof.days import days
from bot.check.proof.eyes import Eyes, Finding, Seen
from bot.check.proof.holes import Hole, sentence, talk_of
from bot.check.proof.result import Figures, FlowProof, Proof
from bot.check.proof.space import Space, State, with_caller
from bot.check.proof.words import Words
from bot.check.watch import Met, watched
from bot.flow import token
from bot.flow.event import AdviserWrote, Chose, Command, Said, Started, TicketClosed
from bot.flow.graph import Place
from bot.flow.message import Reply, Text
from bot.flow.session import Session
from bot.flow.talk import SOURCE_LANGUAGE
from bot.model import Language
from bot.text.limits import LIMITS


@without_collector()
def prove(edition: Edition, now: datetime) -> Proof:
    """Look at everything, also in languages that are not offered yet, as far as they have been translated.

    ``now`` is the moment at which the talks are held; it decides nothing but what today is.
    """
    return _Proving(_in_all_languages(edition), now).result()


def _in_all_languages(edition: Edition) -> Edition:
    languages = (SOURCE_LANGUAGE, *(each for each in edition.catalogs.translated if each != SOURCE_LANGUAGE))
    revision = replace(edition.revision, languages=languages)
    return replace(edition, revision=revision, catalogs=replace(edition.catalogs, offered=languages))


_ASKED = (Act(Command("mensch")), Act(Said("Meine Frage an einen Menschen")), Act(Chose(token.DONE)))
_BEGUN = Act(Started(language=SOURCE_LANGUAGE))
_OUTSIDE: tuple[tuple[Act, ...], ...] = (
    (Act(Started()),),
    (Act(Said("Guten Tag, ich habe eine Frage")),),
    (Act(Command("hilfe")),),
    (_BEGUN, *_ASKED),
    (_BEGUN, *_ASKED, Act(AdviserWrote("Guten Tag"))),
    (_BEGUN, *_ASKED, Act(AdviserWrote("Guten Tag")), Act(Command("menu"))),
    (_BEGUN, *_ASKED, Act(TicketClosed())),
    (_BEGUN, *_ASKED, Act(TicketClosed()), Act(Chose(token.AGAIN))),
)
"""Ways to where no flow runs: nothing chosen yet, a person has the talk, has answered, has closed the question."""


class _Proving:
    """One proof in the making."""

    def __init__(self, edition: Edition, now: datetime) -> None:
        self._edition = edition
        self._now = now
        self._met = Met()
        self._revision = watched(with_caller(edition.revision), self._met)
        self._words = Words(edition)
        self._eyes: list[Eyes] = []
        self._spaces: list[Space] = []
        self._shapes: dict[Reply, Seen] = {}

    def result(self) -> Proof:
        """Do all the work."""
        for moment, flows in days(self._edition.revision, self._now).items():
            space, eyes = self._explore(moment, flows)
            if moment == self._now:
                self._do_anything(space, eyes)
        self._begin_everywhere()
        holes = (*self._holes(), *self._unfit())
        return Proof(self._figures(), tuple(self._flows(holes)), holes)

    # -- states

    def _explore(self, moment: datetime, flows: Iterable[str]) -> tuple[Space, Eyes]:
        eyes = self._new_eyes(moment)
        told = tuple(sorted({*self._edition.revision.languages, "privacy"}))
        begin = Session(language=self._language(), told=told, heard_at=moment)
        space = Space(self._edition.revision, Answers(self._edition.revision, moment), begin, eyes)
        self._spaces.append(space)
        for flow in flows:
            space.explore(flow)
        return space, eyes

    def _do_anything(self, space: Space, eyes: Eyes) -> None:
        """Do, wherever something waits, what may be done at any moment."""
        places = self._waiting(space)
        for state in places.values():
            eyes.look_for_person(state)
            for act in always(state.session):
                space.go_on(state, act)
        self._press_old_buttons(space, places)

    @staticmethod
    def _waiting(space: Space) -> dict[tuple[object, ...], State]:
        """Return a state for each place where something waits: what may be done at any moment is the same there."""
        places: dict[tuple[object, ...], State] = {}
        for state in space.states:
            session = state.session
            frame = session.frames[-1]
            place = (frame.flow, frame.step, frame.part, session.waits, bool(session.written))
            places.setdefault(place, state)
        return places

    def _press_old_buttons(self, space: Space, places: dict[tuple[object, ...], State]) -> None:
        """Press every button once more after the talk has gone to the menu."""
        pressed: set[Place] = set()
        for state in places.values():
            for each in in_sight(state.session):
                place = self._edition.revision.buttons.get(each)
                if place is not None and place not in pressed:
                    pressed.add(place)
                    space.press_later(state, each, place.flow)

    def _language(self) -> Language:
        """Return the language of the talks: one in which everything is there, and that is not the source, if there is."""
        revision = self._edition.revision
        whole = frozenset.intersection(*(frozenset(each) for each in revision.whole.values()))
        other = (each for each in revision.languages if each in whole and each != SOURCE_LANGUAGE)
        return next(other, SOURCE_LANGUAGE)

    def _begin_everywhere(self) -> None:
        """Begin every flow as a new parent does, in each language; and be where no flow runs."""
        eyes = self._new_eyes(self._now)
        for flow in self._edition.revision.flows:
            started = Act(Started(flow))
            asked = eyes.play(None, (), Session(), started)
            if asked is not None:
                for language in self._edition.revision.languages:
                    eyes.play(None, (started,), asked.session, Act(Chose(token.language(language))))
        for acts in _OUTSIDE:
            self._be_outside(eyes, acts)

    def _be_outside(self, eyes: Eyes, acts: tuple[Act, ...]) -> None:
        session = Session()
        for place, act in enumerate(acts):
            sprint = eyes.play(None, acts[:place], session, act)
            if sprint is None:
                return
            session = sprint.session
        taps = (Act(Chose(each)) for each in in_sight(session))
        for act in (*taps, Act(Said("Noch etwas, das ich wissen möchte")), *always(session)):
            eyes.play(None, acts, session, act)

    def _new_eyes(self, moment: datetime) -> Eyes:
        eyes = Eyes(self._revision, self._met, moment)
        self._eyes.append(eyes)
        return eyes

    # -- words

    def _unfit(self) -> Iterator[Hole]:
        """Put every message into words and yield those that cannot be sent, in each flow once for each reason."""
        language = self._language()
        for eyes in self._eyes:
            for reply, seen in eyes.messages.items():
                self._shapes.setdefault(self._words.shape(reply, language), seen)
        told: dict[tuple[str, str], Hole] = {}
        for unfit in self._words.unfit(self._shapes, self._edition.revision.languages):
            hole = self._hole(Finding("limits", self._shapes[unfit.reply], unfit.why), _flow_of(unfit.reply))
            told.setdefault((hole.flow, hole.message), hole)
        yield from told.values()

    # -- what was found

    def _holes(self) -> Iterator[Hole]:
        """Yield what was found, each once: also where it was met on several days and ways."""
        seen: set[tuple[str, ...]] = set()
        for place, finding in (each for eyes in self._eyes for each in eyes.findings.items()):
            key = (finding.kind, finding.detail) if finding.kind == "breaks" else place
            if key not in seen:
                seen.add(key)
                yield self._hole(finding, place[1])

    def _hole(self, finding: Finding, flow: str) -> Hole:
        trail = finding.seen.trail
        begun = next((act.event.flow for act in trail if isinstance(act.event, Started)), "")
        name = flow or begun or "start"
        message = sentence(finding.kind, finding.detail)
        return Hole(finding.kind, name, message, talk_of(trail, self._edition, begun or "start", message, self._now))

    def _flows(self, holes: Iterable[Hole]) -> Iterator[FlowProof]:
        found = {(hole.flow, hole.kind) for hole in holes}
        cut = frozenset[str]().union(*(space.cut for space in self._spaces))
        for covered in coverage(self._edition).flows:
            name = covered.flow
            kinds = {kind for flow, kind in found if flow == name}
            yield FlowProof(
                flow=name,
                person="person" not in kinds,
                limits="limits" not in kinds,
                sound=not kinds - {"person", "limits"},
                whole=name not in cut,
                never=tuple(step for step in covered.steps if (name, step) not in self._met.steps),
                covered=covered,
            )

    def _figures(self) -> Figures:
        return Figures(
            states=sum(len(space.states) for space in self._spaces),
            edges=sum(eyes.sprints for eyes in self._eyes),
            messages=len(self._shapes),
            renderings=self._words.renderings,
            untranslated=self._words.untranslated,
            most=max(eyes.most for eyes in self._eyes),
            languages=len(self._edition.revision.languages),
            channels=len(LIMITS),
        )


def _flow_of(shape: Reply) -> str:
    """Return the flow that a message belongs to, or empty."""
    texts = (line.text for line in shape.lines)
    return next((text.key.partition("/")[0] for text in texts if isinstance(text, Text) and text.domain == "flows"), "")
