"""Nodes -> flow: the whole form of one conversation. What its names mean is ``meaning``'s business.

Everything is read once and every problem of form (E1) noted; a flow comes out only if none leaves open what it means.
"The step below" is resolved here: afterwards each step says itself where it goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot.flow.build.draft import NOWHERE, Beside, Draft, Mention, SourceText
from bot.flow.build.parts import name_of, note_day
from bot.flow.build.step import step
from bot.flow.graph import Choose, End, Flow, Goto, Step
from bot.flow.message import content
from bot.source import nodes
from bot.source.form import Form, mapping
from bot.source.nodes import Scalar
from bot.source.problem import Problem, arranged
from bot.source.reader import Document

FIELDS = ("flow", "title", "topic", "reviewed", "examples", "keywords", "steps")
RESERVED = ("glossary", "topics", "safety", "facts", "calendars")
"""No flow may be called so: catalogs and side files use these names."""
STEPS = 300
"""Steps in one flow."""
PROBLEMS = 100
"""Of more problems in one file the first are told."""


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one file: the flow's name (else the file's), the flow where its form makes it clear, and the rest.

    ``steps`` are the names of all its steps, also where there is no flow; ``home`` is the folder of its file, below
    ``flows/``.
    """

    file: str
    name: str
    flow: Flow | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, SourceText]
    mentions: tuple[Mention, ...]
    steps: tuple[str, ...]
    home: str = ""


def build(document: Document, terms: Mapping[str, str], beside: Beside = NOWHERE) -> Built:
    """Build the flow of one file. ``terms`` maps every form of a glossary word to its entry's name."""
    draft = Draft(terms, list(document.problems), beside=beside)
    root = None if document.root is None else mapping(document.root, "einen Ablauf", draft.problems)
    if root is None:
        return _built(document, draft, None, ())
    form = Form(root, "Ablauf", draft.problems)
    form.only(FIELDS)
    _head(draft, form)
    form.need("steps")
    lines = form.mapping("steps")
    if lines is not None and len(lines.pairs) > STEPS:
        message = f"Der Ablauf hat mehr als {STEPS} Schritte."
        draft.problems.append(form.key("steps").problem("E107", message, "Teilen Sie ihn in mehrere Abläufe auf."))
        lines = None
    flow = _flow(draft, form, lines) if lines is not None else None
    return _built(document, draft, flow, () if lines is None else tuple(key.text for key, _ in lines))


def _built(document: Document, draft: Draft, flow: Flow | None, steps: tuple[str, ...]) -> Built:
    problems = arranged(draft.problems)[:PROBLEMS]
    clear = all(problem.severity == "warning" or problem in draft.slight for problem in problems)
    file = document.source.file
    name = draft.flow or file.rpartition("/")[2].removesuffix(".yaml")
    return Built(
        file, name, flow if clear else None, problems, draft.texts, tuple(draft.mentions), steps, draft.beside.folder
    )


def _head(draft: Draft, form: Form) -> None:
    name = form.needed("flow")
    if name is not None:
        draft.flow = name_of(draft, name, "Ablaufs")
        draft.mention("name", name)
        if name.text in RESERVED:
            message = f"»{name.text}« ist der Name einer Beidatei und geht nicht als Name eines Ablaufs."
            draft.problems.append(name.place.problem("E115", message, "Wählen Sie einen anderen Namen."))
    title = form.needed("title")
    if title is not None:
        draft.plain(title, draft.flow, "title")
    topic = form.needed("topic")
    if topic is not None:
        draft.mention("topic", topic)
    reviewed = form.text("reviewed")
    if reviewed is not None:
        note_day(draft, reviewed)
        draft.mention("reviewed", reviewed)
    for field in ("examples", "keywords"):
        for number, scalar in enumerate(form.texts(field), 1):
            draft.plain(scalar, draft.flow, field, str(number))


def _flow(draft: Draft, form: Form, lines: nodes.Mapping) -> Flow:
    names = [key.text for key, _ in lines]
    below = {name: Goto(following) for name, following in pairwise(names)}
    steps: dict[str, Step] = {}
    was: dict[str, str] = {}
    for key, node in lines:
        found, olds = step(draft, key, node, below.get(key.text, End()))
        if found is not None:
            steps[key.text] = found
            _no_option_twice(draft, found)
        for old in olds:
            _older(draft, key, old, names, was)
    topic = form.text("topic")
    return Flow(
        name=draft.flow,
        title=content(draft.flow, "title"),
        topic="" if topic is None else topic.text,
        first=names[0],
        steps=steps,
        was=was,
    )


def _older(draft: Draft, key: Scalar, old: str, names: list[str], was: dict[str, str]) -> None:
    if old in names or old in was:
        message = f"»{old}« steht bei »was« von »{key.text}«, gehört aber schon zu einem anderen Schritt."
        help_ = "Nehmen Sie den Namen an einer der beiden Stellen heraus."
        draft.slightly(key.place.problem("E121", message, help_))
        return
    was[old] = key.text


def _no_option_twice(draft: Draft, found: Step) -> None:
    """Note options of one step that have the same name; equal labels are ``meaning``'s business."""
    if not isinstance(found, Choose):
        return
    labels = [mention for mention in draft.mentions if mention.kind == "label" and mention.step == found.name]
    seen: dict[str, str] = {}
    for option, mention in zip(found.options, labels, strict=True):
        for name in (option.name, *option.was):
            if name in seen and seen[name] != mention.name:
                message = f"Den Namen »{name}« hat in diesem Schritt schon eine andere Taste."
                draft.slightly(
                    mention.place.problem("E121", message, "Geben Sie der Taste mit »name:« einen eigenen Namen.")
                )
            seen.setdefault(name, mention.name)
