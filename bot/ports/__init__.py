"""What the house needs from the outside, as protocols, with the values that cross them.

``app`` hands the adapters in; nobody else knows them. Everything is found here by its name.
"""

from bot.desk.adviser import Adviser
from bot.ports.channel import Channel, ChatLine, OutboxItem, Poller, Record
from bot.ports.content import DayNear, Publishing, StoredRevision, TalkPage, Visit
from bot.ports.desk import LOGIN_IDLE, AdviserChange, PastQuestion, Thread, ThreadLine
from bot.ports.figures import UNCOUNTED, Meter, Open, Stage, Uncounted, Vitals, Waiting
from bot.ports.forget import Belongings, Quiet
from bot.ports.replay import DeadMessage, FailedFragment, Replayed
from bot.ports.services import Clock, Listener, Tokens, Wake
from bot.ports.store import ReplacedError, Store
from bot.ports.talk import Case, Done, NewTicket, Outgoing, TicketChange, Unread

__all__ = [
    "LOGIN_IDLE",
    "UNCOUNTED",
    "Adviser",
    "AdviserChange",
    "Belongings",
    "Case",
    "Channel",
    "ChatLine",
    "Clock",
    "DayNear",
    "DeadMessage",
    "Done",
    "FailedFragment",
    "Listener",
    "Meter",
    "NewTicket",
    "Open",
    "OutboxItem",
    "Outgoing",
    "PastQuestion",
    "Poller",
    "Publishing",
    "Quiet",
    "Record",
    "ReplacedError",
    "Replayed",
    "Stage",
    "Store",
    "StoredRevision",
    "TalkPage",
    "Thread",
    "ThreadLine",
    "TicketChange",
    "Tokens",
    "Uncounted",
    "Unread",
    "Visit",
    "Vitals",
    "Waiting",
    "Wake",
]
