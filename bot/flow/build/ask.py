"""``ask``: a question with a typed answer: its type, its bounds, what is said when it did not fit."""

from datetime import date

from bot.flow.build.parts import Here, answer
from bot.flow.graph import Ask, Bound, Today
from bot.source.form import not_yet
from bot.source.values import day, truth, whole, word

TYPES = ("text", "number", "date")
LATER_TYPES = ("postcode", "phone", "yes_or_no", "photo")
"""Types of the language that this version has not."""


def ask(here: Here) -> Ask:
    """Read a question for one answer."""
    form, problems = here.form, here.draft.problems
    kind = "text"
    written = form.text("type")
    if written is not None and written.text in LATER_TYPES:
        problems.append(not_yet(written))
    elif written is not None:
        kind = word(written, TYPES, problems) or kind
    low, high = _bound(here, "min", kind), _bound(here, "max", kind)
    if low is not None and high is not None and _above(low, high):
        message = "»min« ist größer als »max«: Keine Antwort könnte passen."
        problems.append(form.key("max").problem("E114", message, "Tauschen Sie die beiden Werte."))
    return Ask(
        name=here.name,
        wording=here.wording("ask"),
        save=answer(here, form.needed("save"), "save"),
        type=kind,
        then=here.below,
        retry=here.maybe_wording("retry"),
        optional=truth(form.text("optional"), problems),
        minimum=low,
        maximum=high,
    )


def _bound(here: Here, field: str, kind: str) -> Bound | None:
    scalar = here.form.text(field)
    if scalar is None:
        return None
    if kind == "date":
        return Today() if scalar.text == "today" else day(scalar, here.draft.problems)
    return whole(scalar, here.draft.problems)


def _above(low: Bound, high: Bound) -> bool:
    if isinstance(low, int) and isinstance(high, int):
        return low > high
    return isinstance(low, date) and isinstance(high, date) and low > high
