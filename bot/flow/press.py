"""A flow's button is pressed: one of the waiting step, or of an older message, which leads back there."""

from bot.flow import walk
from bot.flow.graph import Ask, Choose, Form, Place, Remind
from bot.flow.steps import ask, choose, form, remind
from bot.flow.talk import Talk


def take(talk: Talk, place: Place) -> None:
    """Take a button of the waiting step, or of an older message: then the talk goes back there."""
    if _waits_at(talk, place):
        talk.change(held="")  # what was guessed was meant
    else:
        _go_back(talk, place)
    step = walk.waiting_step(talk)
    match step:
        case Choose():
            walk.follow(talk, choose.take(step, talk, place.option))
        case Ask():
            walk.move(talk, ask.press(step, talk, place.option))
        case Form():
            walk.move(talk, form.press(step, talk, place.option))
        case Remind():
            walk.move(talk, remind.press(step, talk, place.option))
        case _:
            walk.begin_again(talk)


def _waits_at(talk: Talk, place: Place) -> bool:
    if talk.session.waits != "step" or not talk.session.frames:
        return False
    return talk.frame.flow == place.flow and _step(talk) == place.step


def _step(talk: Talk) -> str:
    """Return where the top frame is, by the step's present name."""
    return talk.flow.now(talk.frame.step)


def _go_back(talk: Talk, place: Place) -> None:
    """Cut the stack down to the button's flow; one that is not on the stack becomes the only frame."""
    walk.leave(talk)
    flows = [frame.flow for frame in talk.session.frames]
    kept = talk.session.frames[: flows.index(place.flow) + 1] if place.flow in flows else ()
    talk.change(frames=kept, owner="bot", misses=0)
    if not kept:
        walk.push(talk, place.flow, "")
    if _step(talk) != place.step:  # else a form may be half filled here
        talk.change_frame(step=place.step, part="", asked=())
    talk.change_frame(then="")
