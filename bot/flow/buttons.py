"""Every button that the flows have and had: from its token to its place. Made once for a revision.

Options are ``choose``'s. The buttons of other kinds begin with a dot, a form's with the name of its field before it;
``Place`` says which there are.
"""

from collections.abc import Iterable, Iterator, Mapping

from bot.flow import token
from bot.flow.graph import Ask, Choose, Flow, Form, Place, Remind, Step

SKIP, YES, NO, CONFIRM, CHANGE = ".skip", ".yes", ".no", ".confirm", ".change"


def buttons(flows: Iterable[Flow]) -> Mapping[str, Place]:
    """Return every button by its token, with the names that steps and options had before."""
    return {
        made(flow.name, step_name, name): Place(flow.name, step.name, now)
        for flow in flows
        for step in flow.steps.values()
        for step_name in (step.name, *(old for old, new in flow.was.items() if new == step.name))
        for name, now in _names(step)
    }


def made(flow: str, step: str, name: str) -> str:
    """Return the token of a button by its name in ``Place``."""
    return token.button(flow, step, name) if "." in name else token.option(flow, step, name)


def _names(step: Step) -> Iterator[tuple[str, str]]:
    """Yield each button of a step, as (a name it has or had, its name)."""
    if isinstance(step, Choose):
        yield from ((name, option.name) for option in step.options for name in (option.name, *option.was))
    else:
        yield from ((name, name) for name in _dotted(step))


def _dotted(step: Step) -> Iterator[str]:
    match step:
        case Ask():
            yield from of_question(step)
        case Form(fields=fields):
            for field in fields:
                yield f"{field.name}."
                yield from (f"{field.name}{name}" for name in of_question(field))
            yield from (CONFIRM, CHANGE)
        case Remind():
            yield from (YES, NO)
        case _:
            return


def of_question(ask: Ask) -> tuple[str, ...]:
    """Return the buttons of a question, in the order in which they are shown."""
    return (*((YES, NO) if ask.type == "yes_or_no" else ()), *((SKIP,) if ask.optional else ()))
