"""The adviser's verbs: what is written, what the talk hears, and what happens when two are at it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.desk import BERND, CARLA, EDA, MONA, NOON, TOPICS, House, person, thread, ticket

from bot.desk.ticket import Answered, Claimed, ParentWrote, TicketEvent, apply
from bot.model import AdviserId, Language, TicketId
from bot.ports import ThreadLine
from bot.work import people
from bot.work.answer import LONGEST, Declined, Newer, Unseen, Written, answer, claim, clean, close, give_back, note
from bot.work.answer import transfer as hand_over
from bot.work.route import promise_for

SEVEN = TicketId(7)


@pytest.fixture
def house() -> House:
    """A house with one open Arabic question."""
    made = House()
    made.store.put(thread(ticket(7)))
    return made


def claimed_by(house: House, who) -> None:
    """Let somebody have the question."""
    house.store.put(thread(replace(ticket(7), state="claimed", version=2, adviser=who.id)))


async def test_claiming_takes_the_question(house):
    """Who claims an open question has it; the desk is woken, the talk is not."""
    assert await claim(house.office, MONA, SEVEN) == Written(house.store.threads[SEVEN].ticket)
    assert (house.store.threads[SEVEN].ticket.adviser, house.wake.rang) == (MONA.id, ["desk"])


async def test_an_answer_goes_into_the_thread_and_into_the_talk(house):
    """An answer adds a line and, in the same change, one fragment of the house; both bells ring."""
    result = await answer(house.office, MONA, SEVEN, "  أهلاً\r\nوسهلاً ", 1)
    change = house.store.changes[0]
    assert result == Written(change.ticket)
    assert change.line == ThreadLine("adviser", "أهلاً\nوسهلاً", NOON, MONA.id)
    assert [json.loads(each.body) for each in change.house] == [{"kind": "adviser_wrote", "text": "أهلاً\nوسهلاً"}]
    assert (change.house[0].external_id, house.wake.rang) == ("token1".ljust(26, "a"), ["inbound", "desk"])


async def test_a_note_never_reaches_the_parent(house):
    """A note is a line for colleagues: no fragment, no bell for the talk."""
    await note(house.office, EDA, SEVEN, "Ich kenne die Familie.")
    change = house.store.changes[0]
    assert change.line == ThreadLine("note", "Ich kenne die Familie.", NOON, EDA.id)
    assert (change.house, house.wake.rang) == ((), ["desk"])


async def test_closing_tells_the_talk(house):
    """A closing keeps the topic it really was and the outcome, and the talk hears of it."""
    claimed_by(house, MONA)
    await close(house.office, MONA, SEVEN, "geld", "solved", 2)
    change = house.store.changes[0]
    assert (change.closed_topic, change.outcome, change.ticket.state) == ("geld", "solved", "closed")
    assert [json.loads(each.body) for each in change.house] == [{"kind": "ticket_closed"}]


async def test_handing_over_leaves_a_note(house):
    """A transfer writes its word as a note, and offers the question to the colleague."""
    claimed_by(house, MONA)
    await hand_over(house.office, MONA, SEVEN, EDA.id, "Bitte du, Eda.")
    change = house.store.changes[0]
    assert change.line == ThreadLine("note", "Bitte du, Eda.", NOON, MONA.id)
    assert [event.kind for event in change.events] == ["transferred", "offered"]


@pytest.mark.parametrize("to", [AdviserId(77), MONA.id])
async def test_nobody_hands_over_to_nobody(house, to):
    """A colleague who does not exist, or oneself, is refused before anything is written."""
    claimed_by(house, MONA)
    assert await hand_over(house.office, MONA, SEVEN, to, "Bitte.") == Declined("nobody")


async def test_giving_back_returns_the_question(house):
    """One tap gives a question back to the queue."""
    claimed_by(house, MONA)
    await give_back(house.office, MONA, SEVEN)
    assert house.store.threads[SEVEN].ticket.state == "open"


@pytest.mark.parametrize(
    ("words", "reason"), [("", "empty"), (" \n\t ", "empty"), ("\x00\x07", "empty"), ("a" * (LONGEST + 1), "long")]
)
async def test_unfit_words_are_refused(house, words, reason):
    """Nothing, or more than a channel carries, is refused before anything is read."""
    assert await answer(house.office, MONA, SEVEN, words, 1) == Declined(reason)
    assert await note(house.office, MONA, SEVEN, words) == Declined(reason)
    claimed_by(house, MONA)
    assert await hand_over(house.office, MONA, SEVEN, None, words) == Declined(reason)


def test_words_are_kept_composed_and_without_control_characters():
    """What a browser sends becomes plain text: one form of newline, composed letters, no invisible commands."""
    assert clean(" u\u0308ben\r\nund\rmehr\x1b[0m\ud83d ") == "üben\nund\nmehr[0m"


@pytest.mark.parametrize("action", [claim, give_back, lambda *a: answer(*a, "x", 1), lambda *a: note(*a, "x")])
async def test_strangers_hear_nothing(house, action):
    """A01: for somebody who may not see a question, and for one that does not exist, the answer is the same."""
    assert await action(house.office, BERND, SEVEN) == Unseen()
    assert await action(house.office, MONA, TicketId(99)) == Unseen()


async def test_who_sees_but_may_not_take_is_told(house):
    """A colleague of the team without the language sees the question, and may not take it yet."""
    assert await claim(house.office, EDA, SEVEN) == Declined("forbidden")


async def test_nobody_writes_over_a_colleagues_head(house):
    """A09: what somebody else has can be neither answered nor closed, and the answer says who has it."""
    claimed_by(house, EDA)
    assert await answer(house.office, MONA, SEVEN, "Hallo", 2) == Declined("taken", EDA.id)
    assert await close(house.office, MONA, SEVEN, "geld", "solved", 2) == Declined("forbidden", EDA.id)


def race(house: House, *happenings) -> None:
    """Let these happen, one each time, between somebody's reading and writing."""
    waiting = list(happenings)

    def meanwhile() -> None:
        if waiting:
            was = house.store.threads[SEVEN]
            moved = apply(was.ticket, waiting.pop(0), NOON)
            house.store.threads[SEVEN] = replace(was, ticket=moved.ticket, events=was.events + moved.events)

    house.store.before_change = meanwhile


async def test_two_claim_at_once_and_the_loser_learns_who_was_faster(house):
    """A09: one wins; the other hears the winner's name and changes nothing."""
    race(house, Claimed(CARLA.id))
    assert await claim(house.office, MONA, SEVEN) == Declined("taken", CARLA.id)
    assert (house.store.threads[SEVEN].ticket.adviser, house.store.changes) == (CARLA.id, [])


async def test_what_the_parent_wrote_meanwhile_is_shown_first(house):
    """An answer to a version that is not the newest is held back; with the newest it goes."""
    claimed_by(house, MONA)
    race(house, ParentWrote(NOON))
    assert await answer(house.office, MONA, SEVEN, "Hallo", 2) == Newer()
    assert await answer(house.office, MONA, SEVEN, "Hallo", 3) == Written(house.store.threads[SEVEN].ticket)


async def test_a_question_is_not_closed_over_an_unread_message(house):
    """Closing compares the version too."""
    claimed_by(house, MONA)
    assert await close(house.office, MONA, SEVEN, "geld", "solved", 1) == Newer()


async def test_a_note_survives_a_race(house):
    """What does not depend on the others' doing is simply tried again."""
    race(house, Claimed(CARLA.id))
    assert isinstance(await note(house.office, MONA, SEVEN, "Hallo"), Written)


async def test_who_loses_twice_is_told_to_look_again(house):
    """It is tried twice, not for ever."""
    race(house, ParentWrote(NOON), ParentWrote(NOON))
    assert await claim(house.office, MONA, SEVEN) == Declined("moved")


async def test_a_question_whose_topic_is_gone_can_still_be_worked_on(house):
    """A topic that a new revision no longer has blocks nobody: a returned question is due at once."""
    house.store.put(thread(ticket(7, topic="weg", state="waiting", adviser=MONA.id)))
    await give_back(house.office, MONA, SEVEN)
    assert house.store.threads[SEVEN].ticket.promise_at == NOON


def test_the_promise_for_a_new_question_is_honest():
    """A parent hears until when, whether the office is open, and whether anybody speaks their language at all."""
    arabic = promise_for(TOPICS["geld"], Language("ar"), [MONA, EDA], NOON)
    nobody = promise_for(TOPICS["geld"], Language("ar"), [EDA, replace(MONA, disabled_at=NOON)], NOON)
    night = promise_for(TOPICS["geld"], Language("ar"), [MONA], NOON + timedelta(hours=9))
    assert (arabic.until, arabic.open_now, arabic.somebody) == (NOON + timedelta(hours=4), True, True)
    assert (nobody.somebody, nobody.opens_at) == (False, NOON)
    assert (night.open_now, night.opens_at) == (False, NOON + timedelta(hours=21))


async def test_an_invitation_works_once(house):
    """A07: the link's secret is kept only as its hash, opens the door once, and looking at it uses nothing up."""
    path = await people.invite(house.store, "Olena", "adviser", ["beratung"], [Language("uk")], NOON, "geheim" * 5)
    secret = path.removeprefix("/invitation/")
    assert secret.encode() not in b"".join(house.store.invitations)
    for _ in range(3):
        assert (await people.invited(house.store, secret, NOON)).name == "Olena"
    assert (await people.enter(house.store, secret, "login", NOON)).name == "Olena"
    assert await people.enter(house.store, secret, "login2", NOON) is None
    assert (await house.store.login(people.fingerprint("login"), NOON)).name == "Olena"


async def test_an_invitation_ends_after_three_days(house):
    """A07: after 72 hours the link is dead, also to those who only look."""
    path = await people.send_link(house.store, MONA, NOON, "geheim")
    later = NOON + people.INVITATION_LASTS
    assert await people.invited(house.store, path.removeprefix("/invitation/"), later) is None
    assert await people.enter(house.store, path.removeprefix("/invitation/"), "login", later) is None


async def test_who_leaves_takes_nothing_along(house):
    """A disabled person's questions go back to the queue, whatever state they are in, and the desk is woken."""
    claimed_by(house, MONA)
    house.store.put(thread(ticket(8, state="waiting", adviser=MONA.id)), thread(ticket(9)))
    assert await people.disable(house.office, CARLA, MONA.id)
    assert [each.ticket.state for each in house.store.threads.values()] == ["open", "open", "open"]
    assert house.store.threads[SEVEN].events[-1] == TicketEvent("adviser_gone", NOON, MONA.id)
    assert (house.store.advisers[MONA.id].disabled_at, house.wake.rang) == (NOON, ["desk"])


async def test_letting_go_survives_a_race(house):
    """A question that changes hands at that very moment still leaves the disabled person."""
    claimed_by(house, MONA)
    race(house, Answered(MONA.id))
    await people.disable(house.office, CARLA, MONA.id)
    assert house.store.threads[SEVEN].ticket.state == "open"


@pytest.mark.parametrize(("who", "whom"), [(MONA, EDA), (CARLA, CARLA), (CARLA, person(77))])
async def test_nobody_is_locked_out(house, who, whom):
    """A10: advisers disable nobody, coordinators not themselves, and who is not there cannot be disabled."""
    assert not await people.disable(house.office, who, whom.id)
    assert [each for each in house.store.advisers.values() if each.disabled_at] == []
