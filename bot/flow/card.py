"""The waiting card: what a parent is told when their question has arrived, made of what the desk can promise."""

from datetime import datetime

from bot.flow.effect import OpenTicket
from bot.flow.message import Line, Own, Reply, interface
from bot.flow.talk import MENU


def waiting_card(asked: OpenTicket, until: datetime, *, closed: bool, nobody: bool) -> Reply:
    """Return the card.

    ``until`` is the promised moment in the house's time zone; ``closed``: it is outside hours; ``nobody``: no adviser
    speaks the parent's language.
    """
    hours = (asked.closed or Line(interface("card.closed")),) if closed else ()
    duty = (asked.nobody or Line(interface("card.nobody")),) if nobody else ()
    promise = Line(interface("card.promise"), (("until", Own(f"{until:%d.%m.%Y, %H:%M}")),))
    return Reply((Line(interface("card.received")), *hours, *duty, promise, Line(interface("card.more"))), (MENU,))
