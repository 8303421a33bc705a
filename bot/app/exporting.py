"""Showing what is kept of a parent, by an operator's hand: the files that they could get themselves."""

from collections.abc import Mapping, Sequence

from bot.app.base import Base
from bot.channels import telegram_decode
from bot.channels.house import House
from bot.channels.webchat.channel import ACCOUNT as WEBCHAT
from bot.channels.webchat.channel import WebChat
from bot.flow.event import Event
from bot.model import HOUSE, Account, ContactId, Fragment
from bot.services import clock
from bot.work.own_data import File, OwnData
from bot.work.own_page import Reads


class _Telegram:
    """What of Telegram is needed to read what parents sent there; whether the channel is on does not matter."""

    def parse(self, fragment: Fragment) -> Sequence[Event]:
        """Return what an update means."""
        return telegram_decode.parse(fragment)


async def files_of(base: Base, contact: ContactId) -> Sequence[File]:
    """Return all that is kept of a contact, as a page and as JSON."""
    channels: Mapping[Account, Reads] = {HOUSE: House(), WEBCHAT: WebChat(), Account("telegram"): _Telegram()}
    own_data = OwnData(base.store, clock.now, channels, base.publish.edition, base.config.timezone)
    return await own_data(contact)
