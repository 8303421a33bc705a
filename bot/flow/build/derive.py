"""``derive``: a calculated answer, by one of the rules of ``dates``."""

from bot.flow.build.parts import Here, answer
from bot.flow.dates import RULES, Rule
from bot.flow.graph import Derive
from bot.source.nodes import Scalar, Sequence
from bot.source.values import word


def derive(here: Here) -> Derive:
    """Read a calculation; what it takes must be as many as its rule takes."""
    form = here.form
    written = form.needed("rule")
    rule = None if written is None else RULES.get(word(written, tuple(RULES), here.draft.problems))
    scalars = form.texts("of")
    of: list[str] = []
    calendar = ""
    if rule is None:
        form.need("of")
    else:
        _enough(here, rule, scalars)
        for type_, scalar in zip(rule.takes, scalars, strict=False):
            if type_ == "calendar":
                calendar = here.draft.mention("calendar", scalar, here.name, "of")
            else:
                of.append(here.draft.mention("answer", scalar, here.name, "of"))
    save = answer(here, form.text("derive"), "save")
    return Derive(here.name, save, "" if rule is None else rule.name, here.below, tuple(of), calendar)


def _enough(here: Here, rule: Rule, scalars: tuple[Scalar, ...]) -> None:
    most = len(rule.takes)
    least = most - rule.optional
    if least and "of" not in here.form:
        here.form.need("of")
    elif scalars and not least <= (written := _written(here)) <= most:
        message = f"»{rule.name}« braucht {_many(least, most)}, hier stehen {written}."
        help_ = f"Schreiben Sie hinter »of:« {_said(rule)}."
        here.draft.problems.append(here.form.key("of").problem("E220", message, help_))


def _written(here: Here) -> int:
    """Return how many things stand there, also those that are no text: these are told already."""
    value = here.form.value("of")
    return len(value.items) if isinstance(value, Sequence) else 1


def _many(least: int, most: int) -> str:
    if least == most:
        return "eine Angabe" if most == 1 else f"{most} Angaben"
    return f"{least} bis {most} Angaben"


def _said(rule: Rule) -> str:
    """Return what a rule takes, in words."""
    certain = len(rule.takes) - rule.optional
    words = [SAID[type_] for type_ in rule.takes]
    return " und ".join([*words[:certain], *(f"wenn Sie wollen noch {word_}" for word_ in words[certain:])])


SAID = {"date": "einen Tag", "number": "eine Zahl", "calendar": "den Namen eines Kalenders"}
