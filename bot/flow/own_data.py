"""What a parent may ask about what is kept of them: to see it, and to have it erased. In every state, in every language.

Both leave the talk where it is. Erasing is asked for twice: the question explains what happens and waits beside whatever
waited before, for a day. After a yes nothing is left of the talk: the session that comes out is an empty one.
"""

from datetime import datetime, timedelta

from bot.flow import token, walk
from bot.flow.effect import Erase
from bot.flow.message import Line, Option, Reply, interface
from bot.flow.talk import MENU, SOURCE_LANGUAGE, Talk
from bot.model import Language

DAY = timedelta(days=1)
"""So long a question for erasing can be answered, and so long after the last time all data is shown again."""

DATA = "data"
"""What ``Reply.enclosed`` says where all that is kept of the parent goes with a message."""

ERASE = Option(token.ERASE, interface("button.erase"))
KEEP = Option(token.KEEP, interface("button.keep"))


def ask_to_erase(talk: Talk) -> None:
    """Explain what erasing means and ask once more; an open question would be withdrawn, and this is said."""
    asked = talk.session.question == "open" or bool(talk.session.written)
    withdrawn = (Line(interface("erase.question")),) if asked else ()
    talk.change(erase_asked_at=talk.now)
    extras = () if _spoken(talk) == SOURCE_LANGUAGE else ("german",)
    talk.reply(Reply((Line(interface("erase.ask")), *withdrawn, Line(interface("erase.sure"))), (ERASE, KEEP), extras))


def erase(talk: Talk) -> None:
    """Erase everything and say goodbye; a yes without a question, or to one of long ago, is asked for again."""
    if not _within_a_day(talk, talk.session.erase_asked_at):
        ask_to_erase(talk)
        return
    goodbye = Reply((Line(interface("erase.done")),), language=_spoken(talk))
    talk.effects[:] = [Erase(), goodbye]


def keep(talk: Talk) -> None:
    """Erase nothing, and go on where the talk was."""
    talk.change(erase_asked_at=None)
    talk.notice("erase.kept", MENU)
    walk.repeat(talk)


def show(talk: Talk) -> None:
    """Show the parent all that is kept of them, once a day."""
    if _within_a_day(talk, talk.session.data_shown_at):
        talk.notice("data.once", MENU)
    else:
        talk.change(data_shown_at=talk.now)
        extras = () if _spoken(talk) == SOURCE_LANGUAGE else ("german",)
        talk.reply(Reply((Line(interface("data.here")),), (MENU,), extras, enclosed=DATA))
    walk.repeat(talk)


def asks(reply: Reply) -> bool:
    """Say whether a message asks whether to erase everything: its buttons stand beside the question that waits."""
    return ERASE in reply.options


def _spoken(talk: Talk) -> Language:
    return talk.session.language or talk.session.hint or SOURCE_LANGUAGE


def _within_a_day(talk: Talk, moment: datetime | None) -> bool:
    """Say whether a moment is near; one that lies far ahead is the clock's fault and locks nobody out."""
    return moment is not None and abs(talk.now - moment) < DAY
