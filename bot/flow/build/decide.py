"""``decide``: a silent branch. All tests of a row must hold, the first row wins, and ``else`` is the last."""

from datetime import date

from bot.flow.build.parts import Here
from bot.flow.graph import Decide, Goto, Row, Test, Today
from bot.source.form import Form, first_line, listing, mapping, text
from bot.source.nodes import Node, Scalar
from bot.source.values import day, whole, word


def decide(here: Here) -> Decide | None:
    """Read a branch; None where it has no end."""
    draft, rows = here.draft, []
    otherwise: Goto | None = None
    items = here.form.items("decide")
    for index, node in enumerate(items):
        lines = mapping(node, "eine Zeile von decide", draft.problems)
        if lines is None:
            continue
        form = Form(lines, "Zeile von decide", draft.problems)
        if "else" in form:
            form.only(("else",))
            otherwise = _goto(here, form.text("else"), "else")
            if index != len(items) - 1:
                message = "»else« steht nicht am Ende: Was darunter steht, wird nie erreicht."
                draft.problems.append(form.key("else").problem("E118", message, "Stellen Sie »else« ans Ende."))
        else:
            form.only(("when", "goto"))
            rows.append(Row(_tests(here, form, index), _goto(here, form.needed("goto"), f"when/{index}/goto")))
            draft.mention("row", Scalar(str(index), first_line(node)), here.name, f"when/{index}")
    if otherwise is None:
        if items:
            message = f"Bei decide fehlt die letzte Zeile »- else: …« (Schritt »{here.name}«)."
            draft.problems.append(
                here.form.key("decide").problem(
                    "E112", message, "Ergänzen Sie »- else: schritt« für alle anderen Fälle."
                )
            )
        return None
    return Decide(here.name, tuple(rows), otherwise)


def _goto(here: Here, scalar: Scalar | None, part: str) -> Goto:
    return Goto("" if scalar is None else here.draft.mention("step", scalar, here.name, part))


def _tests(here: Here, form: Form, index: int) -> tuple[Test, ...]:
    form.need("when")
    lines = form.mapping("when")
    tests: list[Test] = []
    for answer, node in lines or ():
        here.draft.mention("answer", answer, here.name, f"when/{index}")
        comparisons = mapping(node, f"»{answer.text}« in when", here.draft.problems)
        if comparisons is None:
            continue
        compared = Form(comparisons, "Vergleich", here.draft.problems)
        compared.only(TESTS)
        for key, value in comparisons:
            part = f"when/{index}/{answer.text}/{key.text}"
            tests.extend(_test(here, answer.text, key.text, value, part))
    return tuple(tests)


TESTS = ("is", "one_of", "at_least", "at_most", "before", "after", "known")


def _test(here: Here, answer: str, test: str, node: Node, part: str) -> tuple[Test, ...]:
    """Read one comparison. ``is`` stays text here: what it means depends on the answer's type."""
    draft = here.draft
    if test == "one_of":
        items = (text(item, test, draft.problems) for item in listing(node, test, draft.problems))
        names = tuple(draft.mention("value", item, here.name, part) for item in items if item is not None)
        return (Test(answer, test, names),) if names else ()
    scalar = text(node, test, draft.problems) if test in TESTS else None
    if scalar is None:
        return ()
    draft.mention("value", scalar, here.name, part)
    value: str | int | date | Today | None = scalar.text
    if test in {"at_least", "at_most"}:
        value = whole(scalar, draft.problems)
    elif test in {"before", "after"}:
        value = Today() if scalar.text == "today" else day(scalar, draft.problems, "today")
    elif test == "known":
        value = word(scalar, ("true", "false"), draft.problems) or None
    return () if value is None else (Test(answer, test, value),)
