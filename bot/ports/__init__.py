"""What the house needs from the outside, as protocols, with the values that cross them.

``app`` hands the adapters in; nobody else knows them. Everything is found here by its name.
"""

from bot.desk.adviser import Adviser
from bot.ports.channel import Channel, ChatLine, OutboxItem, Poller, Record
from bot.ports.content import DayNear, Publishing, StoredRevision, TalkPage, Visit
from bot.ports.desk import LOGIN_IDLE, AdviserChange, Thread, ThreadLine
from bot.ports.services import Clock, Listener, Tokens, Wake
from bot.ports.store import ReplacedError, Store
from bot.ports.talk import Case, Done, NewTicket, Outgoing, TicketChange, Unread

__all__ = [
    "LOGIN_IDLE",
    "Adviser",
    "AdviserChange",
    "Case",
    "Channel",
    "ChatLine",
    "Clock",
    "DayNear",
    "Done",
    "Listener",
    "NewTicket",
    "OutboxItem",
    "Outgoing",
    "Poller",
    "Publishing",
    "Record",
    "ReplacedError",
    "Store",
    "StoredRevision",
    "TalkPage",
    "Thread",
    "ThreadLine",
    "TicketChange",
    "Tokens",
    "Unread",
    "Visit",
    "Wake",
]
