"""``form``: several questions in one step. A field is an ``ask`` without a key: its name is its ``save``."""

from collections.abc import Iterator
from dataclasses import replace

from bot.flow.build.ask import ask
from bot.flow.build.parts import Here
from bot.flow.graph import Ask
from bot.flow.graph import Form as FormStep
from bot.source.form import Form, mapping
from bot.source.nodes import Node

FIELD = ("ask", "save", "type", "retry", "optional", "min", "max", "label", "note")
FIELDS = 20
"""Questions of one form."""


def form(here: Here) -> FormStep:
    """Read a form and its questions."""
    here.form.need("fields")
    nodes = here.form.items("fields")
    if len(nodes) > FIELDS:
        message = f"Das Formular hat mehr als {FIELDS} Fragen."
        help_ = "Teilen Sie es auf zwei Schritte auf."
        here.draft.problems.append(here.form.key("fields").problem("E107", message, help_))
    return FormStep(here.name, here.wording("form"), tuple(_fields(here, nodes[:FIELDS])), here.below)


def _fields(here: Here, nodes: tuple[Node, ...]) -> Iterator[Ask]:
    """Yield the questions; one whose name is missing or taken is a problem, and read all the same."""
    seen: dict[str, int] = {}
    for index, node in enumerate(nodes):
        lines = mapping(node, "eine Frage des Formulars", here.draft.problems)
        if lines is None:
            continue
        field = Form(lines, "Frage des Formulars", here.draft.problems)
        field.only(FIELD)
        field.need("ask")
        saved = field.text("save")
        name = str(index) if saved is None else saved.text
        if saved is not None and name in seen:
            message = f"Die Antwort »{name}« gibt es in diesem Formular schon, in Zeile {seen[name]}."
            help_ = "Geben Sie einer der beiden Fragen bei »save« einen anderen Namen."
            here.draft.problems.append(saved.place.problem("E121", message, help_, "zweimal"))
        if saved is not None:
            seen.setdefault(name, saved.place.line)
        _shown(here, field)
        yield replace(ask(replace(here, form=field, inside=(name,), around=here.form)), name=name)


def _shown(here: Here, field: Form) -> None:
    """Keep what the button says that changes this answer: no two may say the same."""
    shown = field.text("label") if "label" in field else field.text("ask")
    if shown is not None:
        here.draft.mention("label", shown, here.name, "fields")
