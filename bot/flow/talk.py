"""The workbench of one sprint: the session as it changes, and the effects so far.

It lives for one call of ``advance`` and is never seen outside; steps and commands work on it, so that none of them has
to hand five values around.
"""

from datetime import datetime

import msgspec

from bot.flow.effect import Effect, Passed
from bot.flow.graph import Flow, Revision, Wording
from bot.flow.message import Line, Media, Option, Own, Reply, Shown, Text, Value, interface
from bot.flow.session import Frame, Passage, Session
from bot.flow.token import command
from bot.model import Language

SOURCE_LANGUAGE = Language("de")
"""The language the flows are written in: always whole, and what an unfinished translation falls back to."""

TRAIL = 12
"""So many stations of the way a parent came are kept."""

QUESTION = 12
"""Shorter than so many characters, a text that was not understood is a slip, not a question to keep for a person."""

UNHEARD = 5
"""So many texts that were not understood are kept for a person."""

ALWAYS = ("help", "person", "menu")
"""Extras of every message that waits."""

MENU = Option(command("menu"), interface("button.menu"))


class Talk:
    """One sprint in the making."""

    __slots__ = ("effects", "now", "passed", "revision", "session")

    def __init__(self, revision: Revision, session: Session, now: datetime) -> None:
        self.revision = revision
        self.session = session
        self.now = now
        self.effects: list[Effect] = []
        self.passed: list[Passed] = []

    def change(self, **fields: object) -> None:
        """Replace fields of the session."""
        self.session = msgspec.structs.replace(self.session, **fields)

    # -- frames

    @property
    def frame(self) -> Frame:
        """The running flow's frame."""
        return self.session.frames[-1]

    @property
    def flow(self) -> Flow:
        """The running flow."""
        return self.revision.flows[self.frame.flow]

    def change_frame(self, **fields: object) -> None:
        """Replace fields of the running flow's frame."""
        frame = msgspec.structs.replace(self.frame, **fields)
        self.change(frames=(*self.session.frames[:-1], frame))

    def answer(self, name: str) -> Value | None:
        """Return what was answered in this frame, None where nothing was."""
        return dict(self.frame.answers).get(name)

    def keep(self, name: str, value: Value) -> None:
        """Keep an answer in this frame, in place of an older one."""
        self.change_frame(answers=tuple(sorted({**dict(self.frame.answers), name: value}.items())))

    def drop(self, name: str) -> None:
        """Take an answer out of this frame, as if it had never been given."""
        self.change_frame(answers=tuple(pair for pair in self.frame.answers if pair[0] != name))

    # -- the way

    def count(self, way: str) -> None:
        """Count the arrow by which the talk leaves the step at hand."""
        self.passed.append(Passed(self.frame.flow, self.frame.step, way))

    def pass_by(self, question: Text, answer: Text | Own) -> None:
        """Note a station of the way the parent came."""
        self.change(trail=(*self.session.trail, Passage(question, answer))[-TRAIL:])

    def correct(self, question: Text, answer: Text | Own) -> None:
        """Note another answer in place of the one that was given to a question last."""
        places = [place for place, passage in enumerate(self.session.trail) if passage.question == question]
        kept = [passage for place, passage in enumerate(self.session.trail) if place not in places[-1:]]
        self.change(trail=tuple(kept))
        self.pass_by(question, answer)

    # -- words that wait for a person

    def keep_unheard(self, words: str) -> None:
        """Keep what was typed and not understood, if it may be a question: it will be the beginning of one."""
        if len(words) >= QUESTION:
            self.keep_words(words)

    def keep_words(self, words: str) -> None:
        """Keep words for a person, however few."""
        self.change(unheard=(*self.session.unheard, words)[-UNHEARD:])

    def keep_held(self) -> None:
        """Keep a held text for a person: what it was held for is no more."""
        if self.session.held:
            self.keep_unheard(self.session.held)
            self.change(held="", meant="")

    # -- words

    def line(self, wording: Wording) -> Line:
        """Return a flow's text with the answers it shows."""
        shown = ((name, self.answer(name)) for name in wording.answers)
        return Line(wording.text, tuple((name, _shown(value)) for name, value in shown))

    def tell(self, wording: Wording, media: tuple[Media, ...] = (), links: tuple[tuple[Text, str], ...] = ()) -> None:
        """Say a flow's text; nothing waits for it."""
        self.reply(
            Reply(
                (self.line(wording),),
                extras=self._extras(wording.terms, wording.source),
                terms=wording.terms,
                source=wording.source,
                language=self._frame_language(),
                media=media,
                links=links,
            )
        )

    def question(
        self,
        wording: Wording,
        options: tuple[Option, ...] = (),
        *,
        before: tuple[Line, ...] = (),
        always: tuple[str, ...] = ALWAYS,
    ) -> None:
        """Say a flow's text that waits for an answer, after other lines in the same message."""
        lines = (*before, self.line(wording))
        self.wait_for(lines, options, terms=wording.terms, source=wording.source, always=always)

    def wait_for(
        self,
        lines: tuple[Line, ...],
        options: tuple[Option, ...],
        *,
        terms: tuple[str, ...] = (),
        source: str = "",
        always: tuple[str, ...] = ALWAYS,
    ) -> None:
        """Say lines of a flow that wait for an answer."""
        extras = (*self._extras(terms, source), *always)
        self.reply(Reply(lines, options, extras, terms, source, language=self._frame_language()))

    def notice(self, name: str, *options: Option, extras: tuple[str, ...] = (), **values: Shown) -> None:
        """Say a text of the program."""
        line = Line(interface(name), tuple(values.items()))
        self.reply(Reply((line,), options, (*self._german(self.session.language), *extras)))

    def reply(self, reply: Reply) -> None:
        """Send a message."""
        self.effects.append(reply)

    def replies(self) -> tuple[Reply, ...]:
        """Return the messages of this sprint so far."""
        return tuple(effect for effect in self.effects if isinstance(effect, Reply))

    def end_with_menu(self) -> None:
        """Let the last message carry the button "Menü"; where nothing was said, say so. Nothing waits any more."""
        self.change(waits="nothing", misses=0)
        for place in reversed(range(len(self.effects))):
            said = self.effects[place]
            if isinstance(said, Reply):
                others = (option for option in said.options if option != MENU)
                self.effects[place] = msgspec.structs.replace(said, options=(*others, MENU))
                return
        self.notice("talk.done", MENU)

    def _extras(self, terms: tuple[str, ...], source: str) -> tuple[str, ...]:
        """Return what a message's second row offers about the message itself."""
        term = ("term",) if terms else ()
        known = ("source",) if source else ()
        return (*self._german(self._language()), *term, *known)

    def _frame_language(self) -> Language | None:
        return self.frame.language if self.session.frames else None

    def _language(self) -> Language | None:
        return self._frame_language() or self.session.language

    @staticmethod
    def _german(language: Language | None) -> tuple[str, ...]:
        return () if language in {None, SOURCE_LANGUAGE} else ("german",)


def _shown(value: Value | None) -> Shown:
    return "" if value is None else value
