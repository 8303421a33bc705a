"""Delivering beside other programs: who is not on the post any more sends nothing, and each repetition is counted."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from fakes.outbox import TELEGRAM, Outbox, Scripted, now

from bot.model import Account, Outcome, Rejected, Retry, Unsure
from bot.ports import ReplacedError, Uncounted
from bot.services.wake import Bells
from bot.work.deliver import Deliver
from bot.work.pace import Rates

FAST = Rates(overall=1e5, overall_burst=1000, chat=1e5, chat_burst=1000, first_wait=0.02, longest_wait=0.1, attempts=3)


class Notes(Uncounted):
    """A meter of which a test reads what it was told."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.again = 0
        self.dead = 0

    def sent(self, account: Account, outcome: Outcome) -> None:
        assert account == TELEGRAM
        self.outcomes[type(outcome).__name__] += 1

    def repeated(self, _account: Account, count: int) -> None:
        self.again += count

    def given_up(self, _account: Account) -> None:
        self.dead += 1


class House:
    """An outbox, a channel, and a verb that may send as long as ``may`` says so."""

    def __init__(self, outbox: Outbox | None = None, channel: Scripted | None = None) -> None:
        self.outbox = outbox or Outbox()
        self.channel = channel or Scripted(time.monotonic)
        self.wake = Bells()
        self.meter = Notes()
        self.may = True
        self.deliver = Deliver(
            self.outbox,
            self.channel,
            self.wake,
            now,
            FAST,
            lambda: 0.5,
            time.monotonic,
            may=lambda: self.may,
            meter=self.meter,
        )

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - a condition of the test's, which rings no bell
                await asyncio.sleep(0.002)

    async def run_until(self, condition: Callable[[], object]) -> None:
        """Send until a condition holds, then stop in order."""
        task = asyncio.create_task(self.deliver.run())
        try:
            await self.until(condition)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def ended(self) -> bool:
        return not {"queued", "sending"} & set(self.outbox.states())


async def test_d11_who_may_not_send_any_more_sends_nothing_of_what_was_taken():
    """D11: the lease ended after the message was taken; it stays as it is, for whoever sends now."""
    house = House()
    house.may = False
    house.outbox.put("1", "eins")
    await house.run_until(lambda: house.outbox.tried["record"] or house.outbox.tried["next_due"] > 1)
    assert ([], ["sending"]) == (house.channel.sent, house.outbox.states())
    assert [] == house.outbox.records


async def test_d11_who_may_again_goes_on_with_what_was_refused():
    """D11: a new turn begins with what the last one left."""
    house = House()
    house.may = False
    house.outbox.put("1", "eins", "zwei")
    await house.run_until(lambda: house.outbox.tried["next_due"] > 1)
    house.may = True
    await house.run_until(house.ended)
    assert ["eins", "zwei"] == house.channel.texts("1")


async def test_d11_a_store_that_says_replaced_ends_the_verb():
    """D11: that another program sends now is no trouble that goes away by trying again."""
    house = House()

    async def replaced(*_: object) -> int:
        raise ReplacedError

    house.outbox.due = replaced  # type: ignore[method-assign]
    try:
        async with asyncio.timeout(20):
            await house.deliver.run()
    except ReplacedError:
        return
    raise AssertionError("it went on")


async def test_what_was_sent_but_not_noted_in_one_turn_is_noted_in_the_next():
    """A turn that ended before it could write what it had sent does not send that again in its next."""
    house = House()
    house.outbox.put("1", "eins")
    house.outbox.broken["record"] = 10**6
    await house.run_until(lambda: house.outbox.tried["record"] > 1)
    house.outbox.broken["record"] = 0
    await house.run_until(house.ended)
    assert (["eins"], ["sent"]) == (house.channel.texts("1"), house.outbox.states())


async def test_d04_each_repetition_is_counted_as_the_platform_counts_them():
    """D04: five in the air when the program dies, two answers that never come: the figure is what the platform saw twice."""
    first = House()
    for number in range(5):
        first.channel.hold[str(number)] = asyncio.Event()
        first.outbox.put(str(number), f"Nummer {number}")
    task = asyncio.create_task(first.deliver.run())
    await first.until(lambda: first.channel.under_way == 5)
    task.cancel()  # the platform has all five; what became of them nobody learned
    await asyncio.gather(task, return_exceptions=True)
    first.channel.hold.clear()
    again = House(first.outbox, first.channel)
    for chat in ("7", "8"):
        again.channel.script[chat] = [Unsure(0.01)]
        again.outbox.put(chat, f"Nummer {chat}")
    await again.run_until(again.ended)
    seen = Counter(text for _, _, text in again.channel.sent)
    assert (7, 7) == (len(seen), again.meter.again)
    assert again.meter.again == sum(count - 1 for count in seen.values())


async def test_an_attempt_that_was_surely_refused_is_no_repetition():
    """D04: a platform that says later has not taken the message: trying again doubles nothing."""
    house = House()
    house.channel.script["1"] = [Retry(0.01), Retry(0.01)]
    house.outbox.put("1", "eins")
    await house.run_until(house.ended)
    assert (0, {"Retry": 2, "Sent": 1}) == (house.meter.again, dict(house.meter.outcomes))


async def test_p02_what_is_given_up_is_counted():
    """P02: a message that is refused for good, and one that was tried too often."""
    house = House()
    house.channel.script["1"] = [Rejected("no")]
    house.channel.script["2"] = [Retry(0.01)] * 3
    house.outbox.put("1", "eins")
    house.outbox.put("2", "zwei")
    await house.run_until(house.ended)
    assert (2, ["dead", "dead"]) == (house.meter.dead, house.outbox.states())
