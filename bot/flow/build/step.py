"""One step: from its lines to one of the nine kinds. Its first word is its kind and its text."""

from collections.abc import Callable, Mapping

from bot.flow.build.ask import ask
from bot.flow.build.choose import choose
from bot.flow.build.decide import decide
from bot.flow.build.derive import derive
from bot.flow.build.draft import Draft
from bot.flow.build.form import form as form_step
from bot.flow.build.parts import Here, answer, common, goes_on, name_of, olds
from bot.flow.build.remind import remind
from bot.flow.build.say import say
from bot.flow.graph import Call, CallStep, End, Escalate, Goto, Step
from bot.source.form import Form, mapping, text
from bot.source.names import listed, suggest
from bot.source.nodes import Node, Scalar
from bot.source.values import word

KINDS = ("say", "choose", "ask", "form", "derive", "decide", "call", "remind", "escalate")
COMMON = ("note", "source", "valid_until", "facts", "goto", "end", "was")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "say": ("picture", "document", "audio", "alt", "link"),
    "choose": ("save", "options"),
    "ask": ("save", "type", "retry", "optional", "min", "max"),
    "form": ("fields",),
    "derive": ("rule", "of"),
    "decide": (),
    "call": ("with", "save"),
    "remind": ("calendar", "before", "yes_text"),
    "escalate": ("topic", "urgency", "closed", "nobody"),
}
URGENCIES = ("normal", "urgent")


def step(draft: Draft, key: Scalar, node: Node, below: Goto | End) -> tuple[Step | None, tuple[str, ...]]:
    """Read one step. Return it, or None where nothing is left of it, and its older names."""
    what = f"Schritt »{key.text}«"
    name_of(draft, key, "Schritts")
    draft.mention("name", key, key.text)
    lines = mapping(node, f"den {what}", draft.problems)
    if lines is None:
        return None, ()
    form = Form(lines, what, draft.problems)
    kind = _kind(draft, form)
    if not kind:
        return None, ()
    form.only((kind, *FIELDS[kind], *COMMON))
    common(draft, form, key.text)
    if kind in _LEADS_ITSELF:
        _useless(draft, form, kind)
    else:
        below = goes_on(draft, form, key.text, below, "")
    return READERS[kind](Here(draft, key.text, form, below)), olds(draft, form)


_LEADS_ITSELF = ("decide", "escalate")
"""Kinds after which the step's own ``goto`` or ``end`` would have no use."""


def _useless(draft: Draft, form: Form, kind: str) -> None:
    for field in ("goto", "end"):
        if field in form:
            message = f"Nach »{kind}« hat »{field}« keine Wirkung."
            draft.slightly(form.key(field).problem("E118", message, "Nehmen Sie die Zeile heraus."))


def _kind(draft: Draft, form: Form) -> str:
    """Return a step's kind, or an empty text after saying what its first word is instead."""
    first = form.node.pairs[0][0]
    kinds = [key for key, _ in form.node if key.text in KINDS]
    if first.text in KINDS:
        for extra in kinds[1:]:
            message = f"Ein Schritt hat nur eine Art; hier stehen »{first.text}« und »{extra.text}«."
            help_ = f"Machen Sie aus »{extra.text}« einen eigenen Schritt mit eigenem Namen."
            draft.problems.append(extra.place.problem("E116", message, help_, "zweite Art"))
        return first.text if len(kinds) == 1 else ""
    if kinds:
        message = f"Das erste Wort eines Schritts ist seine Art, hier steht zuerst »{first.text}«."
        draft.problems.append(first.place.problem("E116", message, f"Stellen Sie »{kinds[0].text}:« an den Anfang."))
        return ""
    near = suggest(first.text, KINDS)
    help_ = f"Schreiben Sie »{near}:«." if near else f"Beginnen Sie den Schritt mit einer Art: {listed(KINDS)}."
    message = f"»{first.text}« ist keine Art von Schritt."
    draft.problems.append(first.place.problem("E116", message, help_, "keine Art"))
    return ""


def _call(here: Here) -> CallStep:
    draft, form = here.draft, here.form
    called = form.text("call")
    flow = "" if called is None else draft.mention("flow", called, here.name, "call")
    lines = form.mapping("with")
    given: list[tuple[str, str]] = []
    for key, node in lines or ():
        own = text(node, key.text, draft.problems)
        if own is not None:
            given.append((answer(here, key, "with"), draft.mention("answer", own, here.name, "with")))
    save = tuple(answer(here, scalar, "save") for scalar in form.texts("save"))
    for scalar in form.texts("save") if flow.startswith("/") else ():
        draft.problems.append(scalar.place.problem("E118", *_COMMAND_HAS_NONE))
    if given and flow.startswith("/"):
        draft.problems.append(form.key("with").problem("E118", *_COMMAND_HAS_NONE))
    return CallStep(here.name, Call(flow, here.below, tuple(given), save))


_COMMAND_HAS_NONE = (
    "Ein Befehl wie »/sprache« nimmt keine Antworten und gibt keine zurück.",
    "Nehmen Sie »with« und »save« heraus.",
)


def _escalate(here: Here) -> Escalate:
    draft, form = here.draft, here.form
    topic, urgency = form.text("topic"), form.text("urgency")
    return Escalate(
        name=here.name,
        wording=here.wording("escalate"),
        topic="" if topic is None else draft.mention("topic", topic, here.name, "topic"),
        urgency="" if urgency is None else word(urgency, URGENCIES, draft.problems),
        closed=here.maybe_wording("closed"),
        nobody=here.maybe_wording("nobody"),
    )


READERS: Mapping[str, Callable[[Here], Step | None]] = {
    "say": say,
    "choose": choose,
    "ask": ask,
    "form": form_step,
    "derive": derive,
    "decide": decide,
    "call": _call,
    "remind": remind,
    "escalate": _escalate,
}
