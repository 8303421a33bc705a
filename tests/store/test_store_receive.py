"""The contract of receiving: every fragment is kept, once, whatever it holds."""

import pytest
from store_kit import NOON, TELEGRAM, after, case_of, done, fragment, heard, received, together

from bot.model import Received
from bot.ports import Store


async def test_a_fragment_comes_back_as_it_was(store: Store) -> None:
    """What a channel handed in is what converse gets, byte for byte, with account and moment."""
    (contact,) = await store.receive([received("m1")])
    case = await case_of(store)
    assert case.contact == contact
    assert [(each.account, each.fragment, each.at) for each in case.unread] == [
        ("webchat", fragment("m1", body=b"body of m1"), NOON)
    ]


async def test_nothing_received_is_nothing_kept(store: Store) -> None:
    """An empty batch is no work."""
    assert list(await store.receive([])) == []
    assert list(await store.take(64)) == []


async def test_one_contact_for_an_address(store: Store) -> None:
    """Everything from one address is one contact's, in one batch and over several; another address is another's."""
    first, second, other = await store.receive([received("m1"), received("m2"), received("m3", "omar")])
    (again,) = await store.receive([received("m4")])
    assert first == second == again
    assert other != first


async def test_d02_a_repetition_changes_nothing(store: Store) -> None:
    """D02: the same update again, in the same batch or later, is answered with the same contact and kept once."""
    first, twin = await store.receive([received("m1"), received("m1")])
    (again,) = await store.receive([received("m1", at=after(hours=1))])
    assert (twin, again) == (first, first)
    assert len((await case_of(store)).unread) == 1


async def test_p07_a_repetition_after_weeks_changes_nothing(store: Store) -> None:
    """P07: an update that was answered 40 days ago has no effect when it is played again."""
    case = await heard(store, "m1")
    await store.commit([done(case)], NOON)
    await store.receive([received("m1", at=after(days=40))])
    assert list(await store.take(64)) == []


async def test_the_same_id_on_another_account_is_another_fragment(store: Store) -> None:
    """Ids are unique within an account, and so are addresses."""
    one, two = await store.receive([received("m1"), received("m1", account=TELEGRAM)])
    assert one != two
    assert len(await store.take(64)) == 2


async def test_what_names_no_address_is_kept_aside(store: Store) -> None:
    """A piece that could not be split is kept for operators; it is nobody's and stops nobody."""
    nobody, _ = await store.receive([received("junk", None), received("m1")])
    assert nobody is None
    assert len(await store.take(64)) == 1
    assert (await store.figures())["aside"] == 1


@pytest.mark.parametrize(
    ("name", "address", "body"),
    [
        ("\ud83d", "\ud83d", b"\xff\x00\xfe"),
        ("a\x00b", "c\x00d", b""),
        ("x" * 5000, "ä" * 5000, b"[" * 100_000),
        ("' or 1=1 --", '"; drop table contact', b'{"text":"\\ud83d"}'),
    ],
)
async def test_p04_any_bytes_and_names_are_kept(store: Store, name: str, address: str, body: bytes) -> None:
    """P04: half a character, NUL, a megabyte or SQL in an id, an address or a body comes back as it was."""
    await store.receive([Received(TELEGRAM, fragment(name, address, body), NOON), received("m1")])
    cases = await store.take(64)
    assert [case.unread[0].fragment for case in cases] == [
        fragment(name, address, body),
        fragment("m1", body=b"body of m1"),
    ]


async def test_receiving_at_once_keeps_everything(store: Store) -> None:
    """Many callers at once: each is answered, nothing is lost, each address has one contact."""
    await together(*(store.receive([received(f"m{number}", f"p{number % 5}")]) for number in range(40)))
    cases = await store.take(64)
    assert len(cases) == 5
    assert sorted(each.fragment.external_id for case in cases for each in case.unread) == sorted(
        f"m{number}" for number in range(40)
    )


async def test_d03_fragments_stand_in_the_order_they_came(store: Store) -> None:
    """D03: a contact's fragments are taken in the order in which they were stored."""
    for number in range(5):
        await store.receive([received(f"m{number}a"), received(f"m{number}b")])
    names = [each.fragment.external_id for each in (await case_of(store)).unread]
    assert names == [f"m{number}{part}" for number in range(5) for part in "ab"]


async def test_the_address_behind_a_contact_is_found(store: Store) -> None:
    """A page that knows its address finds its contact; an unknown address, or one of another account, has none."""
    (contact,) = await store.receive([received("m1", account=TELEGRAM)])
    assert await store.contact_of(TELEGRAM, "lina") == contact
    assert await store.contact_of(TELEGRAM, "omar") is None
    assert await store.contact_of(received("m1").account, "lina") is None
