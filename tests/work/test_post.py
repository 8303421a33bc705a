"""A post: one program at a time does what only one may do. Time is the test's own; nobody really waits."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from fakes.steady import Loop, run
from structlog.testing import capture_logs

from bot.ports import ReplacedError
from bot.services.wake import Bells
from bot.work.post import LEASE, LONGEST, LOOK, Post

LONG = LEASE.total_seconds()


class Posts:
    """The store's side: who is on a post and until when, by the database's clock, which is the loop's here."""

    def __init__(self) -> None:
        self.holder = ""
        self.until = 0.0
        self.away = False
        self.slow = 0.0
        self.asked = 0

    def seat(self, who: str) -> "Seat":
        """Return the posts as one program sees them."""
        return Seat(self, who)


class Seat:
    """The store as one program has it open."""

    def __init__(self, posts: Posts, who: str) -> None:
        self._posts = posts
        self._who = who

    async def hold(self, _post: str, lease: timedelta) -> bool:
        self._posts.asked += 1
        await self._reached()
        if self._posts.holder != self._who and self._posts.until > now():
            return False
        self._posts.holder, self._posts.until = self._who, now() + lease.total_seconds()
        return True

    async def leave(self, _post: str) -> None:
        await self._reached()
        if self._posts.holder == self._who:
            self._posts.until = 0.0

    async def _reached(self) -> None:
        if self._posts.slow:
            await asyncio.sleep(self._posts.slow)
        if self._posts.away:
            raise ConnectionError


class Worker:
    """A program with a verb that notes when it runs, and whether it still may at each of its beats."""

    def __init__(self, posts: Posts, who: str, wake: Bells | None = None) -> None:
        self.post = Post("deliver:telegram", posts.seat(who), wake or Bells(), now)
        self.times: list[tuple[float, float]] = []
        self.wind_up = 0.0
        self.fails: Exception | None = None
        self.task = asyncio.ensure_future(self.post.held(self.verb))

    @property
    def works(self) -> bool:
        """Whether the verb runs."""
        return bool(self.times) and self.times[-1][1] == float("inf")

    async def verb(self) -> None:
        self.times.append((now(), float("inf")))
        try:
            if self.fails is not None:
                raise self.fails
            await asyncio.Event().wait()
        finally:
            if self.wind_up:
                await asyncio.sleep(self.wind_up)
            self.times[-1] = (self.times[-1][0], now())

    async def stop(self) -> None:
        """End it in order."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def loop() -> Loop:
    """Return the test's loop."""
    running = asyncio.get_running_loop()
    assert isinstance(running, Loop)
    return running


def now() -> float:
    """Return the test's seconds."""
    return loop().time()


@asynccontextmanager
async def two(posts: Posts, wake: Bells | None = None):
    """Two programs of which the first is on the post."""
    first = Worker(posts, "first", wake)
    await asyncio.sleep(0.1)
    second = Worker(posts, "second", wake)
    await asyncio.sleep(0.1)
    try:
        yield first, second
    finally:
        await first.stop()
        await second.stop()


def on_a_clock_of_its_own(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Let a test run on a loop whose time passes only while nobody has anything to do."""

    def runs() -> None:
        run(test())  # type: ignore[arg-type]

    runs.__name__, runs.__doc__ = test.__name__, test.__doc__
    return runs


@on_a_clock_of_its_own
async def test_one_works_and_renews_for_hours():
    """Of two programs one is at work, all the time and without a break, also long after its first lease."""
    async with two(Posts()) as (first, second):
        await asyncio.sleep(3 * 3600)
        assert (1, True, []) == (len(first.times), first.works, second.times)


@on_a_clock_of_its_own
async def test_a_stop_in_order_leaves_no_gap():
    """The one who stops rings, and the other begins at that moment, but not before the first has really ended."""
    async with two(Posts(), Bells()) as (first, second):
        first.wind_up = 0.8
        await first.stop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert second.works
        assert second.times[0][0] == first.times[0][1]


@on_a_clock_of_its_own
async def test_d11_after_a_crash_the_other_takes_over_within_seconds():
    """D11: a program that died without a word is followed as soon as its lease is over."""
    posts = Posts()
    posts.holder, posts.until = "dead", now() + LONG
    worker = Worker(posts, "second")
    await asyncio.sleep(LONG + LOOK)
    assert worker.works
    assert LONG <= worker.times[0][0] - 1000.0 <= LONG + LOOK
    await worker.stop()


@on_a_clock_of_its_own
async def test_d11_a_frozen_program_knows_before_it_does_anything():
    """D11: after a sleep longer than its lease it may not send any more, whatever it has not been told yet."""
    async with two(Posts()) as (first, _):
        assert first.post.is_held()
        loop().freeze(LONG)
        assert not first.post.is_held()


@on_a_clock_of_its_own
async def test_d11_a_frozen_program_never_works_beside_the_one_that_followed():
    """D11: while it was frozen another took over; the one that wakes up ends its verb and waits for its turn."""
    posts = Posts()
    async with two(posts) as (first, second):
        posts.holder, posts.until = "second", now() + 2 * LONG
        loop().freeze(LONG + 1)
        await asyncio.sleep(LONG + 2 * LOOK)
        assert (1, False, True) == (len(first.times), first.works, second.works)


@on_a_clock_of_its_own
async def test_a_lease_that_was_over_for_a_moment_is_lost_also_when_nobody_took_it():
    """What was refused in that moment would be done by nobody: the verb begins anew."""
    posts = Posts()
    worker = Worker(posts, "first")
    await asyncio.sleep(0.1)
    loop().freeze(LONG + 1)
    await asyncio.sleep(2 * LOOK)
    assert (2, True) == (len(worker.times), worker.works)
    await worker.stop()


@on_a_clock_of_its_own
async def test_d09_a_store_that_is_away_for_less_than_a_lease_costs_nothing():
    """D09: the database starts again; whoever was at work goes on without a break."""
    posts = Posts()
    worker = Worker(posts, "first")
    await asyncio.sleep(0.1)
    posts.away = True
    await asyncio.sleep(LONG / 2)
    posts.away = False
    await asyncio.sleep(60)
    assert (1, True) == (len(worker.times), worker.works)
    await worker.stop()


@pytest.mark.parametrize("trouble", ["away", "slow"])
def test_d09_a_store_that_is_away_for_longer_ends_the_verb_in_time(trouble):
    """D09: away or just silent, before the lease is over the verb is ended; it begins anew when the store is back."""

    async def story() -> None:
        posts = Posts()
        worker = Worker(posts, "first")
        await asyncio.sleep(0.1)
        asked = now()
        setattr(posts, trouble, 1e6 if trouble == "slow" else True)
        await asyncio.sleep(5 * LONG)
        assert not worker.works
        assert worker.times[0][1] <= asked + LONG
        setattr(posts, trouble, 0)
        await worker.stop()
        again = Worker(posts, "first")
        await asyncio.sleep(LONG + LOOK)
        assert again.works
        await again.stop()

    run(story())


@on_a_clock_of_its_own
async def test_d11_whoever_was_replaced_in_the_store_stops_and_waits():
    """D11: the store refuses a write because another is on the post; that is no fault of the verb's."""
    posts = Posts()
    worker = Worker(posts, "first")
    worker.fails = ReplacedError(["deliver:telegram"])
    with capture_logs() as logs:
        await asyncio.sleep(2 * LOOK + 0.1)
    assert len(worker.times) >= 2
    assert {"post.lost"} == {log["event"] for log in logs if log["log_level"] == "warning"}
    await worker.stop()


@on_a_clock_of_its_own
async def test_while_the_store_is_away_the_log_stays_readable():
    """An hour's outage is a line each eight seconds, and the end of it is noticed within that."""
    posts = Posts()
    posts.away = True
    worker = Worker(posts, "first")
    with capture_logs() as logs:
        await asyncio.sleep(3600)
    assert 400 < len(logs) < 500
    posts.away = False
    await asyncio.sleep(LONGEST)
    assert worker.works
    await worker.stop()


@on_a_clock_of_its_own
async def test_a_verb_that_breaks_leaves_its_post():
    """Its error passes, for whoever keeps it going; another program may try meanwhile."""
    posts = Posts()
    worker = Worker(posts, "first")
    worker.fails = OSError("a parent's words")
    with pytest.raises(OSError, match="words"):
        await worker.task
    other = Worker(posts, "second")
    await asyncio.sleep(0.1)
    assert other.works
    await other.stop()


@on_a_clock_of_its_own
async def test_a_verb_that_ends_by_itself_is_done_once():
    """What was to be done once is done once, and the post is free."""
    posts, done = Posts(), []

    async def once() -> None:
        done.append(now())

    await asyncio.gather(*(Post("start", posts.seat(who), Bells(), now).held(once) for who in ("a", "b")))
    assert (2, 0.0) == (len(done), posts.until)


@on_a_clock_of_its_own
async def test_two_never_work_at_the_same_time_however_time_jumps():
    """D11: freezes of any length, crashes and stops in turn: no two verbs of a post overlap by what they may still do."""
    posts = Posts()
    workers = [Worker(posts, f"{number}", Bells()) for number in range(3)]
    for step in range(60):
        await asyncio.sleep(0.7 * (step % 5))
        loop().freeze((step * 1.9) % (2 * LONG))
        assert sum(worker.post.is_held() for worker in workers) <= 1
        if step % 9 == 8:
            with suppress(asyncio.CancelledError):
                await workers[0].stop()
            workers = [*workers[1:], Worker(posts, f"{step}", Bells())]
    for worker in workers:
        await worker.stop()
