"""The pace of sending: how fast, after how long, and whose trouble it is. All moments are the test's own."""

import pytest

from bot.work.pace import MOST_CHATS, Pace, Rates, backoff

RATES = Rates(overall=10, overall_burst=5, chat=1, chat_burst=2, first_wait=1, longest_wait=60, in_a_row=3)


def go(pace: Pace, chats: list[str], start: float = 0.0) -> list[float]:
    """Send one message into each of these chats as early as the pace allows; return when each went."""
    times, now = [], start
    for chat in chats:
        now += max(0.0, pace.wait(chat, now))
        pace.take(chat, now)
        times.append(round(now, 6))
    return times


def test_one_chat_gets_a_burst_and_then_one_a_second():
    """P01: after a silence two messages go at once, then one a second."""
    assert go(Pace(RATES), ["a"] * 5, 100.0) == [100.0, 100.0, 101.0, 102.0, 103.0]


def test_all_chats_together_keep_the_overall_rate():
    """P01: five at once, then ten a second, however many chats there are."""
    assert go(Pace(RATES), [str(number) for number in range(8)], 100.0) == [100.0] * 5 + [100.1, 100.2, 100.3]


def test_a_busy_chat_takes_nothing_from_the_others():
    """A chat that must wait costs another chat no time."""
    pace = Pace(RATES)
    go(pace, ["a"] * 2, 100.0)

    assert pace.wait("a", 100.0) == pytest.approx(1.0)
    assert pace.wait("b", 100.0) <= 0


def test_a_silence_is_no_credit_beyond_the_burst():
    """After an hour of silence no more than the burst may go at once."""
    pace = Pace(RATES)
    go(pace, ["a"], 0.0)

    assert go(pace, ["a"] * 3, 3600.0) == [3600.0, 3600.0, 3601.0]


def test_everybody_waits_while_the_account_is_held():
    """A hold is for all chats, ends by itself, and a shorter one does not shorten it."""
    pace = Pace(RATES)
    pace.hold(110.0)
    pace.hold(105.0)

    assert (pace.held(100.0), pace.wait("a", 100.0), pace.held(110.0)) == (10.0, 10.0, 0.0)
    assert go(pace, ["b"], 100.0) == [110.0]


def test_trouble_of_many_chats_in_a_row_is_the_accounts():
    """Three different chats in trouble with no success between are the account's trouble; a success parts them."""
    pace = Pace(RATES)
    alone = [pace.failed("a") for _ in range(5)]
    second = pace.failed("b")
    pace.answered()
    again = [pace.failed(chat) for chat in ("c", "d", "e", "f")]

    assert (alone, second, again) == ([False] * 5, False, [False, False, True, True])


def test_waits_double_up_to_the_longest_and_are_spread():
    """P02: 1, 2, 4 … seconds, at most the longest; chance spreads each over its upper half."""
    assert [backoff(troubles, RATES, 1.0) for troubles in (1, 2, 3, 7, 100, 10**9)] == [1, 2, 4, 60, 60, 60]
    assert [backoff(3, RATES, chance) for chance in (0.0, 0.5)] == [2.0, 3.0]


def test_silent_chats_are_forgotten():
    """O05: what is remembered of chats is bounded by those that still must wait."""
    pace = Pace(Rates(overall=1e6, overall_burst=10**6))
    for number in range(MOST_CHATS + 1):
        pace.take(str(number), number / 1000)

    assert len(pace._chats) < 2000


@pytest.mark.parametrize("wrong", [{"overall": 0}, {"chat": -1.0}, {"attempts": 0}, {"chat_burst": 0}, {"parallel": 0}])
def test_a_pace_at_which_nothing_moves_cannot_be_built(wrong):
    """Rates at which nothing would ever be sent are refused at the start."""
    with pytest.raises(ValueError, match="must be"):
        Rates(**wrong)
