"""Bells: a ring after the beginning of listening is heard, whoever waits when."""

import asyncio

from bot.ports import Wake
from bot.services.clock import now
from bot.services.tokens import token
from bot.services.wake import Bells

SOON = 5.0
"""Seconds within which what must happen does; nobody waits for them to pass."""


def bells() -> Wake:
    """Return a house's bells, as everybody knows them."""
    return Bells()


async def test_a_ring_wakes_who_waits() -> None:
    """Who waits is woken by the bell they listen to, and by no other."""
    wake = bells()
    listener = wake.listen("inbound", "published")
    waiting = asyncio.create_task(listener.wait(SOON))
    await asyncio.sleep(0)
    wake.ring("desk")
    wake.ring("inbound")
    assert await waiting == {"inbound"}


async def test_a_ring_before_the_wait_is_not_missed() -> None:
    """What rang since listening began, or since the last wait, is told at once, each bell once."""
    wake = bells()
    listener = wake.listen("inbound", "outbox")
    for _ in range(3):
        wake.ring("inbound", "outbox")
    assert await listener.wait(SOON) == {"inbound", "outbox"}
    wake.ring("outbox")
    assert await listener.wait(SOON) == {"outbox"}


async def test_what_rang_before_listening_is_not_told() -> None:
    """Who begins to listen hears what rings from now on."""
    wake = bells()
    wake.ring("inbound")
    assert await wake.listen("inbound").wait(0) == frozenset()


async def test_a_wait_ends_by_itself() -> None:
    """Without a ring the wait ends empty when its time is over, and a later ring is heard."""
    wake = bells()
    listener = wake.listen("inbound")
    assert await listener.wait(0.001) == frozenset()
    wake.ring("inbound")
    assert await listener.wait(0) == {"inbound"}


async def test_everybody_who_listens_is_woken() -> None:
    """One ring wakes all, each for themselves."""
    wake = bells()
    listeners = [wake.listen("contact:7") for _ in range(3)]
    wake.ring("contact:7")
    assert [await listener.wait(SOON) for listener in listeners] == [{"contact:7"}] * 3


async def test_a_cancelled_wait_loses_no_ring() -> None:
    """Who is cancelled while waiting still finds the ring with the next wait."""
    wake = bells()
    listener = wake.listen("inbound")
    waiting = asyncio.create_task(listener.wait(SOON))
    await asyncio.sleep(0)
    wake.ring("inbound")
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await listener.wait(0) == {"inbound"}


async def test_who_has_closed_hears_nothing() -> None:
    """After closing, once or twice, no ring arrives; others go on."""
    wake = bells()
    gone, here = wake.listen("inbound"), wake.listen("inbound")
    gone.close()
    gone.close()
    wake.ring("inbound")
    assert (await gone.wait(0), await here.wait(0)) == (frozenset(), {"inbound"})


async def test_o05_nobody_listening_leaves_nothing_behind() -> None:
    """O05: a thousand contacts' bells, rung and left, keep no memory; a thousand rings of one bell are one."""
    wake = Bells()
    listener = wake.listen("inbound")
    for number in range(1000):
        wake.ring("inbound", f"contact:{number}")
        wake.listen(f"contact:{number}").close()
    assert list(wake._listeners) == ["inbound"]
    assert await listener.wait(0) == {"inbound"}
    listener.close()
    assert not wake._listeners


def test_tokens_cannot_be_guessed() -> None:
    """A token is 26 characters of a-z and 2-7, none comes twice in 10,000, and each of its 130 bits is set half the time."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    tokens = [token() for _ in range(10_000)]
    assert len(set(tokens)) == 10_000
    assert {len(each) for each in tokens} == {26}
    numbers = [sum(alphabet.index(each) << 5 * n for n, each in enumerate(told)) for told in tokens]
    often = [sum(number >> bit & 1 for number in numbers) for bit in range(130)]
    assert [times for times in often if not 4600 < times < 5400] == [], "eight standard deviations to either side"


def test_the_clock_says_utc() -> None:
    """Now is an aware moment in UTC, and does not stand still."""
    first, second = now(), now()
    assert str(first.tzinfo) == "UTC"
    assert first <= second
