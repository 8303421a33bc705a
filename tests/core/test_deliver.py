"""Delivering from an outbox in memory: order, pace, trouble, stopping. Waits are real, and short."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest
from fakes.outbox import Outbox, Scripted, now
from structlog.testing import capture_logs

from bot.model import Gone, Rejected, Retry, Sent, Unsure
from bot.services.wake import Bells
from bot.work.deliver import Deliver
from bot.work.pace import Rates

FAST = Rates(overall=1e5, overall_burst=1000, chat=1e5, chat_burst=1000, first_wait=0.02, longest_wait=0.1, attempts=4)


class House:
    """An outbox, a channel, and the verb between them."""

    def __init__(self, rates: Rates = FAST) -> None:
        self.outbox = Outbox()
        self.wake = Bells()
        self.channel = Scripted(time.monotonic)
        self.deliver = Deliver(self.outbox, self.channel, self.wake, now, rates, lambda: 0.5, time.monotonic)

    def put(self, chat: str, *texts: str) -> None:
        self.outbox.put(chat, *texts)
        self.wake.ring("outbox")

    async def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - a condition of the test's, which rings no bell
                await asyncio.sleep(0.002)

    async def all_ended(self) -> None:
        await self.until(lambda: not {"queued", "sending"} & set(self.outbox.states()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.deliver.run())
        try:
            yield
            assert not task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_each_contact_hears_everything_in_order():
    """D03: many contacts at once, each in the order of its outbox, each message once."""
    house = House()
    async with house.running():
        for word in ("eins", "zwei", "drei"):
            for chat in range(20):
                house.put(str(chat), word)
        await house.all_ended()

    assert [house.channel.texts(str(chat)) for chat in range(20)] == [["eins", "zwei", "drei"]] * 20
    assert set(house.outbox.states()) == {"sent"}


async def test_a_bell_is_enough_and_sendings_are_recorded_together():
    """A message that comes later goes out at once by the bell; what ends together is written together."""
    house = House()
    async with house.running():
        await house.until(lambda: house.outbox.tried["next_due"])
        begun = time.monotonic()
        for chat in range(10):
            house.put(str(chat), "jetzt")
        await house.all_ended()

    assert time.monotonic() - begun < 10
    assert house.outbox.tried["record"] <= 5


async def test_what_was_in_the_air_at_a_crash_goes_out_again():
    """D04: what is marked as being sent when we start is sent again."""
    house = House()
    house.outbox.put("1", "vielleicht", "danach")
    house.outbox.rows[0].state = "sending"
    async with house.running():
        await house.all_ended()

    assert house.channel.texts("1") == ["vielleicht", "danach"]


async def test_a_named_wait_is_obeyed_by_its_chat_and_nobody_else():
    """P01: the chat that is told to wait waits that long, its later messages too; the others go on meanwhile."""
    house = House()
    house.channel.script["1"] = [Retry(1.0)]
    async with house.running():
        house.put("1", "eins", "zwei")
        await house.until(lambda: house.channel.sent)
        for number in range(20):
            house.put(str(100 + number % 4), f"{number}")
        await house.until(lambda: len(house.channel.sent) == 21)
        others_done = time.monotonic()
        await house.all_ended()
    first, again, _ = house.channel.times("1")

    assert again - first >= 1.0
    assert others_done < again
    assert house.channel.texts("1") == ["eins", "eins", "zwei"]


async def test_the_accounts_trouble_pauses_everybody_and_kills_nothing():
    """P02: a refused token holds all chats for the wait, is told once, and no message is given up for it."""
    house = House(replace(FAST, attempts=1))
    house.channel.script["1"] = [Retry(0.2, everyone=True, reason="refused")] * 3
    with capture_logs() as logs:
        async with house.running():
            house.put("1", "eins")
            await house.until(lambda: "account_paused" in [log["event"] for log in logs])
            house.put("2", "zwei")
            looked = house.outbox.tried["next_due"]
            await house.until(lambda: house.outbox.tried["next_due"] > looked)
            waiting = house.outbox.states("2")
            await house.all_ended()
    times = house.channel.times("1")

    assert waiting == ["queued"]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2
    assert house.channel.times("2")[0] - times[0] >= 0.2
    assert house.outbox.states() == ["sent", "sent"]
    assert [log["seconds"] for log in logs if log["event"] == "account_paused"] == [0.2] * 3


async def test_a_success_ends_the_accounts_trouble():
    """P02: troubles with successes between them are each chat's own, and the account's pauses begin short again."""
    house = House(replace(FAST, in_a_row=2))
    with capture_logs() as logs:
        async with house.running():
            for chat in range(4):
                house.channel.script[str(chat)] = [Retry(0.01)]
                house.put(str(chat), "eins")
                await house.all_ended()
            for chat in range(4):
                house.channel.script[str(chat)] = [Retry(0, everyone=True)]
                house.put(str(chat), "zwei")
                await house.all_ended()
    pauses = [record.next_at - record.at for record in house.outbox.records if record.next_at][4:]

    assert [log["event"] for log in logs] == ["account_paused"] * 4
    assert [round(pause.total_seconds(), 3) for pause in pauses] == [0.015] * 4


async def test_many_in_the_air_share_one_pause():
    """What was under way when the account's trouble began joins its wait; the waits do not add up."""
    house = House()
    for chat in range(10):
        house.channel.script[str(chat)] = [Retry(0, everyone=True)]
        house.outbox.put(str(chat), "eins")
    with capture_logs() as logs:
        async with house.running():
            await house.all_ended()

    assert len([log for log in logs if log["event"] == "account_paused"]) <= 3
    assert set(house.outbox.states()) == {"sent"}


async def test_trouble_of_all_chats_is_taken_for_the_accounts():
    """P02: an outage in which every chat fails for itself gives nothing up, however often it was tried."""
    house = House(replace(FAST, attempts=2, in_a_row=3))
    for chat in range(6):
        house.channel.script[str(chat)] = [Retry(0, reason="502")] * 2
        house.outbox.put(str(chat), "eins")
    with capture_logs() as logs:
        async with house.running():
            await house.all_ended()

    assert set(house.outbox.states()) == {"sent"}
    assert "account_paused" in [log["event"] for log in logs]


async def test_a_message_that_never_goes_through_is_given_up_and_the_next_goes():
    """P02: after its attempts a message is set aside for operators; waits grow between; its chat goes on."""
    house = House()
    house.channel.script["1"] = [Retry(0, reason="502")] * 4
    with capture_logs() as logs:
        async with house.running():
            house.put("1", "eins", "zwei")
            await house.all_ended()
    times = house.channel.times("1")

    assert house.outbox.states() == ["dead", "sent"]
    assert [round(record.next_at.timestamp() - record.at.timestamp(), 3) for record in house.outbox.records[:3]] == [
        0.015,
        0.03,
        0.06,
    ]
    assert times == sorted(times)
    assert [log["event"] for log in logs] == ["message_set_aside"]


@pytest.mark.parametrize(
    ("outcomes", "sent", "states"),
    [
        ([Unsure(0.05)], ["eins", "eins", "zwei"], ["sent", "sent"]),
        ([Unsure(0.05), Unsure(0.05)], ["eins", "eins", "zwei"], ["dead", "sent"]),
        ([Unsure(0.05), Retry(0.01), Unsure(0.05)], ["eins", "eins", "eins", "zwei"], ["dead", "sent"]),
        ([Rejected("too long")], ["eins", "zwei"], ["dead", "sent"]),
        ([Gone("blocked")], ["eins"], ["aside", "aside"]),
        ([ValueError("a bug in shaping")], ["eins", "eins", "zwei"], ["sent", "sent"]),
        ([ValueError("a bug in shaping")] * 4, ["eins"] * 4 + ["zwei"], ["dead", "sent"]),
    ],
)
async def test_each_outcome_ends_as_it_should(outcomes, sent, states):
    """P02, P03: perhaps taken is repeated once; refused and faulty are set aside; blocked ends the chat's messages."""
    house = House()
    house.channel.script["1"] = list(outcomes)
    with capture_logs():
        async with house.running():
            house.put("1", "eins", "zwei")
            house.put("2", "anderswo")
            await house.all_ended()

    assert house.channel.texts("1") == sent
    assert house.outbox.states("1") == states
    assert house.channel.texts("2") == ["anderswo"]


async def test_a_time_out_waits_as_long_as_the_channel_says():
    """What was perhaps taken is repeated after the wait, not before."""
    house = House()
    house.channel.script["1"] = [Unsure(0.2)]
    async with house.running():
        house.put("1", "eins")
        await house.all_ended()
    first, again = house.channel.times("1")

    assert again - first >= 0.2


async def test_a_locked_database_loses_nothing_and_does_not_spin():
    """D09: while the store fails, outcomes are kept and written later, each once; it is asked a few times a second."""
    house = House()
    house.outbox.broken |= {"recover": 1, "due": 1}
    with capture_logs() as logs:
        async with house.running():
            await house.until(lambda: house.outbox.tried["due"] >= 2)
            house.outbox.broken |= {"record": 2, "next_due": 1}
            house.put("1", "eins", "zwei")
            house.put("2", "drei")
            begun = time.monotonic()
            await house.all_ended()

    assert sorted(text for _, _, text in house.channel.sent) == ["drei", "eins", "zwei"]
    assert [type(record.outcome) for record in house.outbox.records] == [Sent] * 3
    assert time.monotonic() - begun >= 0.25
    assert {log["error"] for log in logs if log["event"] == "outbox_unavailable"} == {"OSError"}


async def test_no_more_are_under_way_than_allowed():
    """O05: of very many that are due, only so many are sent at once; slow ones do not hold the rest for ever."""
    house = House(replace(FAST, parallel=4))
    house.channel.hold["1"] = asyncio.Event()
    for chat in range(1, 31):
        house.outbox.put(str(chat), "eins")
    async with house.running():
        await house.until(lambda: house.outbox.states().count("sent") == 29)
        assert house.outbox.states("1") == ["sending"]
        house.channel.hold["1"].set()
        await house.all_ended()

    assert house.channel.most_under_way == 4


async def test_the_rates_are_kept():
    """P01: in one chat and over all, messages go no faster than the rates say."""
    house = House(replace(FAST, overall=100, overall_burst=5, chat=20, chat_burst=1))
    async with house.running():
        house.put("1", *"abcd")
        for chat in range(2, 20):
            house.put(str(chat), "x")
        await house.all_ended()
    in_chat = house.channel.times("1")
    all_times = [at for at, _, _ in house.channel.sent]

    assert all(later - earlier >= 0.049 for earlier, later in pairwise(in_chat))
    assert all_times[-1] - all_times[0] >= (len(all_times) - 5) / 100 - 0.005


async def test_stopping_lets_what_is_in_the_air_arrive():
    """O06: a sending that ends within the grace is recorded, so that it is not repeated at the next start."""
    house = House()
    house.channel.hold["1"] = asyncio.Event()
    async with house.running():
        house.put("1", "eins")
        await house.until(lambda: house.channel.sent)
        asyncio.get_running_loop().call_later(0.05, house.channel.hold["1"].set)

    assert house.outbox.states() == ["sent"]


async def test_stopping_is_quick_and_leaves_the_rest_to_be_sent_again():
    """O06, D04: a sending that hangs stays marked, a failing store stops nobody, and the next start sends again."""
    house = House()
    house.channel.hold["1"] = asyncio.Event()
    async with house.running():
        house.put("1", "eins")
        await house.until(lambda: house.channel.sent)
        begun = time.monotonic()
    stopped = time.monotonic() - begun
    states = house.outbox.states()
    house.channel.hold.clear()
    again = Deliver(house.outbox, house.channel, house.wake, now, FAST, lambda: 0.5, time.monotonic)
    house.deliver = again
    async with house.running():
        await house.all_ended()

    assert stopped < 5
    assert (states, house.channel.texts("1")) == (["sending"], ["eins", "eins"])
