"""The verbs of one program, by the part of the house that it is, and the posts of those that only one program may do.

======  =======================================================================================================
part    verbs
======  =======================================================================================================
web     receive; beside them it has the pages, the streams and the webhooks
worker  converse, expire, remind, forget, roster
sender  deliver; poll with receive, or the registration of the webhook
all     all of them, in one program
======  =======================================================================================================

Every part looks after what is published, and after its own health.
"""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from bot.app.base import Base, Verb
from bot.app.telegram import Messenger
from bot.channels.house import House as HouseChannel
from bot.channels.telegram import TELEGRAM
from bot.channels.webchat.channel import ACCOUNT as WEBCHAT
from bot.channels.webchat.channel import WebChat
from bot.model import HOUSE, Account
from bot.ports import Channel, Clock, Meter
from bot.services import clock, tokens
from bot.services.copies import drop_copies
from bot.services.erased import ErasedList
from bot.store.deliver import sender
from bot.work.case import Rules
from bot.work.converse import Converse
from bot.work.deliver import Deliver
from bot.work.expire import Expire
from bot.work.first_aid import FirstAid
from bot.work.flood import FloodLimit
from bot.work.forget import Forget, Outside
from bot.work.own_data import OwnData
from bot.work.pace import Rates
from bot.work.poll import Poll
from bot.work.post import Alone, Post
from bot.work.receive import Receive
from bot.work.remind import Remind
from bot.work.roster import Roster

Part = Literal["all", "web", "worker", "sender"]
"""What of the house a program is."""

POLLER = "poll:"
"""How the posts of those who ask a platform for its updates begin; the account follows."""


@dataclass(slots=True)
class Posts:
    """The posts that this program may be on. Alone with its store it is on all of them."""

    base: Base
    found: dict[str, Post | Alone] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Post | Alone:
        """Return a post."""
        if name not in self.found:
            base, shared = self.base, self.base.config.store.postgres
            self.found[name] = Post(name, base.store, base.wake, clock.steady) if shared else Alone(name)
        return self.found[name]

    def held(self) -> Mapping[str, bool]:
        """Return the posts that were asked for, each with whether this program is on it."""
        return {name: post.is_held() for name, post in self.found.items()}

    def kept(self, name: str, verb: Verb) -> Verb:
        """Return a verb that runs only while this program is on a post."""
        return partial(self[name].held, verb)


class Verbs:
    """What one program does as long as it is open. ``telegram`` is None where that channel is off."""

    def __init__(self, base: Base, part: Part, telegram: Messenger | None, meter: Meter) -> None:
        self._base = base
        self._part = part
        self._telegram = telegram
        self._meter = meter
        self._now: Clock = clock.now
        self.receive = Receive(base.store, base.wake, meter)
        self.roster = Roster(base.store, base.wake)
        self.posts = Posts(base)
        edition, zone = base.publish.edition, base.config.timezone
        self.own_data = OwnData(base.store, self._now, self.channels(), edition, zone)
        if telegram is not None:
            telegram.channel.enclose_with(self.own_data)

    def does(self, part: Part) -> bool:
        """Whether this program is a part of the house, alone or among all."""
        return self._part in {"all", part}

    def all(self) -> Mapping[str, Verb]:
        """Return every verb of this program by its name."""
        verbs: dict[str, Verb] = {"publish": self._base.publish.run}
        if self.does("web"):
            verbs["receive"] = self.receive.run
        if self.does("worker"):
            verbs |= self._worker()
        if self.does("sender") and self._telegram is not None:
            verbs |= self._sender(self._telegram)
        return verbs

    def aided(self, channel: Channel) -> FirstAid:
        """Return a ``receive`` for a channel that sends the help card where nothing can be stored."""
        return FirstAid(self.receive, channel, lambda: self._base.publish.newest, self._now, tokens.token)

    def channels(self) -> Mapping[Account, Channel]:
        """Return the channels that are on, by their accounts."""
        always: dict[Account, Channel] = {HOUSE: HouseChannel(), WEBCHAT: WebChat()}
        return always if self._telegram is None else {**always, TELEGRAM: self._telegram.channel}

    def _worker(self) -> Mapping[str, Verb]:
        base, posts, zone, channels = self._base, self.posts, self._base.config.timezone, self.channels()
        limits = base.config.limits
        flood = FloodLimit(limits.flood_messages, limits.flood_seconds)
        rules = Rules(self.roster.outlook, zone, flood, tokens.token)
        edition, meter = base.publish.edition, self._meter
        converse = Converse(base.store, base.wake, self._now, channels, edition, rules, meter)
        expire = Expire(base.store, base.wake, self._now)
        remind = Remind(base.store, base.wake, self._now, edition, zone)
        return {
            "converse": converse.run,
            "expire": posts.kept("expire", expire.run),
            "remind": posts.kept("remind", remind.run),
            "forget": posts.kept("forget", self._forget().run),
            "roster": self.roster.run,
        }

    def _forget(self) -> Forget:
        base, data = self._base, self._base.config.data
        outside = Outside(ErasedList(data).add, partial(drop_copies, data), clock.steady)
        return Forget(base.store, base.wake, self._now, base.config.keep, outside)

    def _sender(self, telegram: Messenger) -> Mapping[str, Verb]:
        posts, post = self.posts, self.posts[sender(TELEGRAM)]
        deliver = partial(post.held, self._deliver(telegram, post).run)
        if telegram.by_webhook:
            return {"deliver": deliver, "webhook": telegram.register}
        poll = Poll(telegram.channel, telegram.channel, self.aided(telegram.channel), self._now)
        return {
            "deliver": deliver,
            "receive": self.receive.run,
            "poll": posts.kept(f"{POLLER}{TELEGRAM}", poll.run),
        }

    def _deliver(self, telegram: Messenger, post: Post | Alone) -> Deliver:
        base, settings = self._base, self._base.config.telegram
        rates = Rates(overall=float(settings.messages_per_second), chat=float(settings.messages_per_chat_second))
        return Deliver(
            base.store,
            telegram.channel,
            base.wake,
            self._now,
            rates,
            random.random,
            time.monotonic,
            may=post.is_held,
            meter=self._meter,
        )
