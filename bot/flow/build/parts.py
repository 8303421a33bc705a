"""What all steps and options share: names, texts, where they go on, older names, and the fields for authors only."""

import re
import unicodedata
from dataclasses import dataclass

from bot.flow.build.draft import ANSWER, NAME, Draft
from bot.flow.graph import End, Goto, Wording
from bot.flow.message import Text
from bot.source.form import Form
from bot.source.nodes import Scalar
from bot.source.problem import Problem
from bot.source.values import day, truth

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Here:
    """One step while it is read: its flow's draft, its name, its lines, and where it goes when nothing else is said.

    ``inside`` is what stands before the step's fields in the keys of its texts: a form's field has its name there, and
    the lines of the whole step in ``around``.
    """

    draft: Draft
    name: str
    form: Form
    below: Goto | End
    inside: tuple[str, ...] = ()
    around: Form | None = None

    @property
    def note(self) -> str:
        """What translators are told."""
        return self._said("note")

    @property
    def source(self) -> str:
        """Where the step's statement comes from."""
        return self._said("source")

    def _said(self, word: str) -> str:
        own = said(self.form.text(word))
        return own if own or self.around is None else said(self.around.text(word))

    def wording(self, field: str) -> Wording:
        """Return one of the step's texts; what is not usable is empty, and a problem."""
        scalar = self.form.text(field) or Scalar("", self.form.node.place, "broken")
        path = (self.draft.flow, self.name, *self.inside, field)
        return self.draft.wording(scalar, *path, note=self.note, source=self.source)

    def maybe_wording(self, field: str) -> Wording | None:
        """Return a text that need not be there."""
        return self.wording(field) if field in self.form else None

    def maybe_plain(self, field: str) -> Text | None:
        """Return a text without marks that need not be there."""
        scalar = self.form.text(field)
        if scalar is None:
            return None
        return self.draft.plain(scalar, self.draft.flow, self.name, *self.inside, field, note=self.note)


def slug(label: str) -> str:
    """Return the name a label makes: lower-case ASCII letters, digits and hyphens, at most 48; may be empty."""
    spelled = label[:200].lower().translate(_GERMAN)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-")


def spelled(name: str) -> str:
    """Return a name as ``name_of`` tells to write it: itself where it may be one."""
    return name if NAME.fullmatch(name) else slug(name)


EARLIER = "was"
"""What ``name_of`` is told of a name in ``was``."""


def name_of(draft: Draft, scalar: Scalar, what: str) -> str:
    """Return a name, after noting whether it may be one."""
    if not NAME.fullmatch(scalar.text):
        better = spelled(scalar.text)
        help_ = "Nehmen Sie nur Kleinbuchstaben von a bis z, Ziffern und »-«, höchstens 48 Zeichen."
        if better:
            help_ = f"Schreiben Sie »{better}«: nur Kleinbuchstaben von a bis z, Ziffern und »-«, höchstens 48 Zeichen."
        message = f"»{scalar.text}« geht nicht als Name eines {what}."
        if what == "Taste":
            message = f"»{scalar.text}« geht nicht als Name einer Taste."
        elif what == EARLIER:
            message = f"»{scalar.text}« geht nicht als früherer Name."
        note = draft.slightly if what in {"Taste", EARLIER} else draft.problems.append
        note(scalar.place.problem("E115", message, help_, "kein Name"))
    return scalar.text


def goes_on(draft: Draft, form: Form, step: str, below: Goto | End, part: str) -> Goto | End:
    """Return where a step or an option goes on: its ``goto``, its ``end``, or the step below."""
    target = form.text("goto")
    ends = truth(form.text("end"), draft.problems)
    if target is not None and "end" in form:
        message = "»goto« und »end« gehen nicht zusammen."
        draft.problems.append(form.key("end").problem("E118", message, "Nehmen Sie eine der beiden Zeilen heraus."))
    if target is not None:
        return Goto(draft.mention("step", target, step, f"{part}/goto".strip("/")))
    return End() if ends else below


def olds(draft: Draft, form: Form) -> tuple[str, ...]:
    """Return the older names of a step or option."""
    return tuple(name_of(draft, scalar, EARLIER) for scalar in form.texts("was"))


def common(draft: Draft, form: Form, step: str) -> None:
    """Read the fields that concern authors only: they are checked and kept as mentions."""
    form.text("note")
    source, until = form.text("source"), form.text("valid_until")
    if source is not None:
        draft.mention("source", source, step, "source")
    if until is not None:
        note_day(draft, until)
        draft.mention("until", until, step, "valid_until")
    for fact in form.texts("facts"):
        draft.mention("fact", fact, step, "facts")


def note_day(draft: Draft, scalar: Scalar) -> None:
    """Note where a text is no day: it is for authors only, and changes nothing of what the flow does."""
    problems: list[Problem] = []
    day(scalar, problems)
    draft.slightly(*problems)


def answer(here: Here, scalar: Scalar | None, part: str) -> str:
    """Return the name under which an answer is kept, or an empty text."""
    if scalar is None:
        return ""
    if not ANSWER.fullmatch(scalar.text):
        message = f"»{scalar.text}« geht nicht als Name einer Antwort."
        help_ = "Nehmen Sie Buchstaben von a bis z, Ziffern und »_«; am Anfang steht ein Buchstabe."
        here.draft.problems.append(scalar.place.problem("E115", message, help_, "kein Name"))
    here.draft.mention("given" if part == "with" else "saved", scalar, here.name, part)
    return scalar.text


def said(scalar: Scalar | None) -> str:
    """Return a text as written, or an empty one where there is none."""
    return "" if scalar is None else scalar.text.strip()
