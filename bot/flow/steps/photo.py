"""A photo as an answer: of an ``ask``, or of a form's field. What is written with it is never lost."""

from bot.flow.graph import Ask, End, Form, Goto, Stay, Step
from bot.flow.message import Photo
from bot.flow.steps import ask, form
from bot.flow.steps.ask import Question
from bot.flow.talk import Talk


def asked(step: Step | None, talk: Talk) -> Question | None:
    """Return the question that waits for a photo just now, if one does."""
    question: Question | None
    match step:
        case Ask():
            question = ask.alone(step)
        case Form():
            question = form.waiting(step, talk)
        case _:
            return None
    return question if question is not None and question.ask.type == "photo" else None


def take(step: Step | None, talk: Talk, question: Question, shared: Photo) -> Goto | End | Stay:
    """Keep the photo and go on."""
    ask.keep(question, talk, shared)
    return form.go_on(step, talk) if isinstance(step, Form) else question.ask.then
