"""``choose``: a question with buttons; each leads somewhere itself, or on with its step."""

from bot.flow.build.parts import Here, answer, goes_on, name_of, olds, slug
from bot.flow.graph import Call, Choice, Choose, End, Goto
from bot.source.form import Form, mapping

OPTION = ("label", "short", "name", "say", "was", "goto", "call", "end")
OPTIONS = 50
"""Options of one question."""


def choose(here: Here) -> Choose:
    """Read a question and its options."""
    here.form.need("options")
    wording = here.wording("choose")
    options: list[Choice] = []
    nodes = here.form.items("options")
    if len(nodes) > OPTIONS:
        message = f"Die Frage hat mehr als {OPTIONS} Tasten."
        here.draft.problems.append(
            here.form.key("options").problem("E107", message, "Teilen Sie die Auswahl auf zwei Schritte auf.")
        )
    for index, node in enumerate(nodes[:OPTIONS]):
        lines = mapping(node, "eine Antwort-Taste", here.draft.problems)
        option = None if lines is None else _option(here, Form(lines, "Taste", here.draft.problems), f"options/{index}")
        if option is not None:
            options.append(option)
    return Choose(here.name, wording, tuple(options), answer(here, here.form.text("save"), "save"))


def _option(here: Here, form: Form, part: str) -> Choice | None:
    draft = here.draft
    form.only(OPTION)
    label = form.needed("label")
    if label is None:
        return None
    given = form.text("name")
    name = given.text if given is not None else slug(label.text)
    if given is not None:
        name_of(draft, given, "Taste")
    elif not name:
        message = "Aus dieser Beschriftung lässt sich kein Name bilden."
        draft.problems.append(label.place.problem("E115", message, "Geben Sie der Taste mit »name:« einen Namen."))
    draft.mention("label", label, here.name, part)
    path = (draft.flow, here.name, name)
    short = form.text("short")
    if short is not None:
        draft.mention("short", short, here.name, part)
    reply = form.text("say")
    return Choice(
        name=name,
        label=draft.plain(label, *path, "label", note=here.note),
        then=_option_then(here, form, part),
        short=None if short is None else draft.plain(short, *path, "short", note=here.note),
        say=None if reply is None else draft.wording(reply, *path, "say", note=here.note, source=here.source),
        was=olds(draft, form),
    )


def _option_then(here: Here, form: Form, part: str) -> Goto | Call | End:
    below = goes_on(here.draft, form, here.name, here.below, part)
    called = form.text("call")
    if called is None:
        return below
    for other in ("goto", "end"):
        if other in form:
            message = f"»call« und »{other}« gehen nicht zusammen: Nach dem Aufruf geht es unter dem Schritt weiter."
            help_ = "Rufen Sie in einem eigenen Schritt auf, wenn es danach anders weitergehen soll."
            here.draft.problems.append(form.key(other).problem("E118", message, help_))
    here.draft.mention("flow", called, here.name, f"{part}/call")
    return Call(called.text, here.below)
