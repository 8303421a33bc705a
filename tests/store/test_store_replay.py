"""What was given up waits again at its old place: the contract of replaying, on every engine."""

from dataclasses import replace
from datetime import timedelta

from store_kit import NOON, TELEGRAM, after, case_of, done, heard, outgoing, received, say

from bot.model import ContactId, Gone, InboundId, OutboxId, Rejected, Sent
from bot.ports import Record, Replayed, Store
from bot.services.wake import Bells
from bot.work.replay import PAGE, kind, replay_all


async def failed(store: Store, *names: str, address: str = "lina") -> ContactId:
    """Let fragments of a contact fail, one after the other."""
    for name in names:
        case = await heard(store, name, address)
        broken = tuple((each.id, f"KeyError at {name}.py:7") for each in case.unread)
        await store.commit([replace(done(case), failed=broken)], NOON)
    return case.contact


async def dead(store: Store, *tokens: str) -> ContactId:
    """Let messages of a contact be given up, one after the other."""
    contact = await say(store, "hello", *(outgoing(token) for token in tokens), account=TELEGRAM)
    for token in tokens:
        (item,) = await store.due(TELEGRAM, NOON, 9)
        await store.record([Record(item.id, Rejected(f"chat not found: {token}"), NOON)])
    return contact


async def test_what_was_given_up_is_listed_in_order(store: Store) -> None:
    """Fragments with their error as it was noted, messages with the reason; page by page, and none that is well."""
    lina = await failed(store, "m1", "m2")
    omar = await dead(store, "a", "b")
    await store.receive([received("fine", "jan")])
    fragments = await store.failed(InboundId(0), 9)
    assert [(lina, "webchat", NOON, "KeyError at m1.py:7"), (lina, "webchat", NOON, "KeyError at m2.py:7")] == [
        (each.contact, each.account, each.at, each.error) for each in fragments
    ]
    messages = await store.dead(OutboxId(0), 9)
    assert [(omar, TELEGRAM, NOON, 1, "chat not found: a"), (omar, TELEGRAM, NOON, 1, "chat not found: b")] == [
        (each.contact, each.account, each.at, each.attempts, each.reason) for each in messages
    ]
    assert fragments[1:] == await store.failed(fragments[0].id, 9)
    assert messages[:1] == await store.dead(OutboxId(0), 1)


async def test_failed_fragments_are_unread_again_in_their_order(store: Store) -> None:
    """Before what has come since, each once; a second time there is nothing to replay."""
    await failed(store, "m1", "m2")
    await store.receive([received("m3")])
    ids = [each.id for each in await store.failed(InboundId(0), 9)]
    assert Replayed(fragments=tuple(ids)) == await store.replay(ids, [])
    assert ["m1", "m2", "m3"] == [each.fragment.external_id for each in (await case_of(store)).unread]
    assert Replayed() == await store.replay(ids, [])
    assert 0 == (await store.figures())["failed"]


async def test_dead_messages_wait_again_before_later_ones_as_if_never_tried(store: Store) -> None:
    """At their old place, with all their attempts, at once."""
    await dead(store, "a", "b")
    await say(store, "more", outgoing("c"), account=TELEGRAM)
    ids = [each.id for each in await store.dead(OutboxId(0), 9)]
    assert Replayed(messages=tuple(ids)) == await store.replay([], ids)
    for token in ("a", "b", "c"):
        (item,) = await store.due(TELEGRAM, NOON, 9)
        assert (token, 0) == (item.token, item.attempts)
        await store.record([Record(item.id, Sent("1"), NOON)])
    assert Replayed() == await store.replay([], ids)


async def test_a_message_to_who_has_gone_is_set_aside_and_goes_when_they_come_back(store: Store) -> None:
    """P03: nothing waits for an address at which nobody is."""
    await dead(store, "a")
    await say(store, "more", outgoing("b"), account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Gone("blocked"), NOON)])
    (left,) = await store.dead(OutboxId(0), 9)
    await store.replay([], [left.id])
    assert [] == list(await store.due(TELEGRAM, NOON, 9))
    await store.receive([received("back", account=TELEGRAM)])
    assert ["a"] == [item.token for item in await store.due(TELEGRAM, NOON, 9)]


async def test_only_what_was_asked_for_is_replayed(store: Store) -> None:
    """Others stay given up; numbers that are nothing's, or of what is well, change nothing."""
    await failed(store, "m1", "m2")
    await store.receive([received("m3")])
    first, second = await store.failed(InboundId(0), 9)
    well = InboundId(second.id + 1)
    assert Replayed(fragments=(second.id,)) == await store.replay([second.id, well, InboundId(999)], [OutboxId(999)])
    assert [first] == await store.failed(InboundId(0), 9)
    assert ["m2", "m3"] == [each.fragment.external_id for each in (await case_of(store)).unread]


async def test_everything_is_replayed_page_by_page_and_rings(store: Store) -> None:
    """More than one page, each once; who converses and who sends are woken."""
    names = [f"m{number}" for number in range(PAGE + 3)]
    await store.receive([received(name) for name in names])
    seen = 0
    while seen < len(names):
        case = await case_of(store)
        seen += len(case.unread)
        await store.commit([replace(done(case), failed=tuple((each.id, "KeyError") for each in case.unread))], NOON)
    await dead(store, "a")
    wake = Bells()
    ear = wake.listen("inbound", "outbox")
    replayed = await replay_all(store, wake)
    assert (len(names), 1) == (len(replayed.fragments), len(replayed.messages))
    assert frozenset({"inbound", "outbox"}) == await ear.wait(1)
    ear.close()
    assert 0 == (await store.figures())["failed"]


async def test_a_reminder_that_is_of_no_use_any_more_is_not_sent_after_all(store: Store) -> None:
    """Replayed a week late it is taken back, as any that waited too long."""
    late = replace(outgoing("due"), until=after(hours=1))
    await say(store, "yes", late, account=TELEGRAM)
    (item,) = await store.due(TELEGRAM, NOON, 9)
    await store.record([Record(item.id, Rejected("no"), NOON)])
    await store.replay([], [item.id])
    assert [] == list(await store.due(TELEGRAM, NOON + timedelta(days=7), 9))
    assert 0 == (await store.figures())["outbox"]


def test_of_an_error_only_its_kind_is_shown() -> None:
    """What a platform or a value put into the words is cut off."""
    assert [
        "KeyError at case.py:12",
        "store.take",
        "Chat not found",
        "Forbidden",
        "no answer",
        "",
        "",
    ] == [
        kind(said)
        for said in (
            "KeyError at case.py:12",
            "store.take: session.body does not open",
            "Chat not found",
            "Forbidden: user 4711 Lina has blocked",
            "no answer",
            "",
            "«Lina»",
        )
    ]
