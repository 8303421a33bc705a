"""``ask``: a question with a typed answer: its type, its bounds, what is said when it did not fit. Also a form's field."""

from datetime import date

from bot.flow.build.parts import Here, answer
from bot.flow.graph import Ask, Bound, Today
from bot.flow.values import TEXT_LIMIT
from bot.source.nodes import Scalar
from bot.source.values import day, truth, whole, word

TYPES = ("text", "number", "date", "postcode", "phone", "yes_or_no", "photo")
BOUNDED = ("text", "number", "date")
"""Types that can have bounds."""


def ask(here: Here) -> Ask:
    """Read a question for one answer."""
    form, problems = here.form, here.draft.problems
    written = form.text("type")
    kind = "text" if written is None else word(written, TYPES, problems)
    asked = Ask(
        name=here.name,
        wording=here.wording("ask"),
        save=answer(here, form.needed("save"), "save"),
        type=kind,
        then=here.below,
        retry=here.maybe_wording("retry"),
        optional=truth(form.text("optional"), problems),
        minimum=_bound(here, "min", kind),
        maximum=_bound(here, "max", kind),
        label=here.maybe_plain("label"),
    )
    _possible(here, asked)
    return asked


def _possible(here: Here, asked: Ask) -> None:
    """Note bounds that leave no answer: one above the other, or beyond all that the type can be."""
    low, high = asked.minimum, asked.maximum
    if low is not None and high is not None and _above(low, high):
        message = "»min« ist größer als »max«: Keine Antwort könnte passen."
        _wrong(here, "max", message, "Tauschen Sie die beiden Werte.")
    elif asked.type == "text" and isinstance(low, int) and low > TEXT_LIMIT:
        message = f"Ein Text hat höchstens {TEXT_LIMIT} Zeichen: Keine Antwort könnte passen."
        _wrong(here, "min", message, "Nehmen Sie einen kleineren Wert.")
    elif asked.type in _LEAST and isinstance(high, int) and high < _LEAST[asked.type]:
        message = f"{_LEAST_SAID[asked.type]}: Keine Antwort könnte passen."
        _wrong(here, "max", message, "Nehmen Sie einen größeren Wert.")


_LEAST = {"number": 0, "text": 1}
"""What the smallest answer is: numbers are not negative, a text has a character."""
_LEAST_SAID = {"number": "Eine Zahl ist hier nie kleiner als 0", "text": "Ein Text hat mindestens ein Zeichen"}


def _bound(here: Here, field: str, kind: str) -> Bound | None:
    scalar = here.form.text(field)
    if scalar is None or not kind:
        return None
    if kind not in BOUNDED:
        message = f"»{field}« geht nur mit Text, Zahlen und Tagen, nicht mit »type: {kind}«."
        here.draft.slightly(here.form.key(field).problem("E118", message, "Nehmen Sie die Zeile heraus."))
        return None
    return _day(here, scalar) if kind == "date" else whole(scalar, here.draft.problems)


def _day(here: Here, scalar: Scalar) -> Bound | None:
    return Today() if scalar.text == "today" else day(scalar, here.draft.problems, "today")


def _above(low: Bound, high: Bound) -> bool:
    if isinstance(low, int) and isinstance(high, int):
        return low > high
    return isinstance(low, date) and isinstance(high, date) and low > high


def _wrong(here: Here, field: str, message: str, help_: str) -> None:
    here.draft.problems.append(here.form.key(field).problem("E114", message, help_))
