"""The contract of people: links that work once, logins that end, everybody's settings."""

import hashlib
from dataclasses import replace

import pytest
from store_kit import DE, NOON, after, colleague, person, together

from bot.model import AdviserId
from bot.ports import LOGIN_IDLE, Adviser, Store

LINK = hashlib.sha256(b"link").digest()
LOGIN = hashlib.sha256(b"login").digest()
OTHER = hashlib.sha256(b"other").digest()


async def invited(store: Store) -> Adviser:
    """Return somebody with a link of 72 hours."""
    made = await store.invite(person(), LINK, after(hours=72), NOON)
    return replace(person(), id=made)


async def logged_in(store: Store) -> Adviser:
    """Return somebody with a login of 12 hours."""
    await invited(store)
    found = await store.accept(LINK, LOGIN, NOON, after(days=30))
    assert found is not None
    return found


async def test_an_invited_person_is_as_they_were_named(store: Store) -> None:
    """A new person gets an id and keeps name, role, teams, languages."""
    kim = await invited(store)
    assert list(await store.people()) == [kim]
    assert kim.id != AdviserId(0)


async def test_a07_looking_at_a_link_does_not_use_it_up(store: Store) -> None:
    """A07: messengers fetch previews: a link may be looked at, and still works once."""
    kim = await invited(store)
    assert [await store.invitation(LINK, NOON) for _ in range(3)] == [kim] * 3
    assert await store.accept(LINK, LOGIN, NOON, after(days=30)) == kim
    assert await store.login(LOGIN, NOON) == kim


async def test_a07_a_link_works_once(store: Store) -> None:
    """A07: of many who use a link at once one is let in; later nobody is."""
    kim = await invited(store)
    found = await together(*(store.accept(LINK, bytes([n]) * 32, NOON, after(days=30)) for n in range(6)))
    assert sorted(found, key=bool) == [None] * 5 + [kim]
    assert await store.invitation(LINK, NOON) is None
    assert await store.accept(LINK, LOGIN, NOON, after(days=30)) is None


@pytest.mark.parametrize("secret", [OTHER, b"", LINK[:-1]])
async def test_a07_an_unknown_link_is_nobodys(store: Store, secret: bytes) -> None:
    """A07: only the whole hash of a link that was given counts."""
    await invited(store)
    assert await store.invitation(secret, NOON) is None
    assert await store.accept(secret, LOGIN, NOON, after(days=30)) is None
    assert await store.login(LOGIN, NOON) is None


async def test_a07_a_link_ends_after_its_time(store: Store) -> None:
    """A07: until its last moment a link works, from then on it does not."""
    kim = await invited(store)
    assert await store.invitation(LINK, after(hours=72, microseconds=-1)) == kim
    assert await store.invitation(LINK, after(hours=72)) is None
    assert await store.accept(LINK, LOGIN, after(hours=72), after(hours=99)) is None


async def test_a07_a_new_link_ends_the_one_before(store: Store) -> None:
    """A07: who lost a link gets a new one; the lost one lets nobody in. Logins go on."""
    kim = await logged_in(store)
    assert await store.invite(kim, OTHER, after(hours=72), NOON) == kim.id
    assert await store.invite(kim, LINK[::-1], after(hours=72), NOON) == kim.id
    assert await store.invitation(OTHER, NOON) is None
    assert await store.invitation(LINK[::-1], NOON) == kim
    assert await store.login(LOGIN, NOON) == kim


async def test_a03_a_login_ends_at_its_end(store: Store) -> None:
    """A03: however much it is used, a login ends when its absolute time is over."""
    await logged_in(store)
    assert all([await store.login(LOGIN, after(days=day)) for day in range(1, 30)])
    assert await store.login(LOGIN, after(days=30)) is None


async def test_a03_a_login_ends_when_nobody_uses_it(store: Store) -> None:
    """A03: idle for longer than allowed, a login is over; each use begins the time anew, a glance does not."""
    kim = await logged_in(store)
    assert await store.login(LOGIN, NOON + LOGIN_IDLE) == kim
    assert await store.glance(LOGIN, NOON + 2 * LOGIN_IDLE) == kim
    assert await store.glance(LOGIN, after(microseconds=1) + 2 * LOGIN_IDLE) is None
    assert await store.login(LOGIN, after(microseconds=1) + 2 * LOGIN_IDLE) is None


async def test_a03_a_login_ends_when_left(store: Store) -> None:
    """A03: after leaving, the login is nobody's; another's goes on."""
    kim = await logged_in(store)
    await store.invite(kim, OTHER, after(hours=72), NOON)
    await store.accept(OTHER, OTHER, NOON, after(days=30))
    await store.logout(LOGIN)
    assert await store.login(LOGIN, NOON) is None
    assert await store.login(OTHER, NOON) == kim


async def test_a03_who_is_disabled_is_out(store: Store) -> None:
    """A03: disabling ends logins and links at once, and neither comes back when the person does."""
    kim = await logged_in(store)
    await store.invite(kim, OTHER, after(hours=72), NOON)
    await store.update_adviser(replace(kim, disabled_at=NOON))
    assert (await store.people())[0].disabled_at == NOON
    assert (await store.login(LOGIN, NOON), await store.invitation(OTHER, NOON)) == (None, None)
    await store.update_adviser(kim)
    assert (await store.login(LOGIN, NOON), await store.invitation(OTHER, NOON)) == (None, None)


async def test_a07_a_disabled_persons_new_link_lets_nobody_in(store: Store) -> None:
    """A07: a link made for somebody who is disabled does not work."""
    kim = await logged_in(store)
    await store.update_adviser(replace(kim, disabled_at=NOON))
    await store.invite(kim, OTHER, after(hours=72), NOON)
    assert await store.invitation(OTHER, NOON) is None
    assert await store.accept(OTHER, LOGIN, NOON, after(days=30)) is None


async def test_a03_another_role_needs_another_login(store: Store) -> None:
    """A03: a change of role ends the person's logins; a change of anything else does not."""
    kim = await logged_in(store)
    other_name = replace(kim, name="Kim Yılmaz", languages=(DE,), teams=("nrw", "koeln"))
    await store.update_adviser(other_name)
    assert await store.login(LOGIN, NOON) == other_name
    await store.update_adviser(replace(kim, role="coordinator"))
    assert await store.login(LOGIN, NOON) is None


async def test_people_stand_by_name(store: Store) -> None:
    """Everybody is listed by name, whatever case it is written in."""
    for name in ("Zoe", "anna", "Bernd"):
        await colleague(store, name)
    assert [adviser.name for adviser in await store.people()] == ["anna", "Bernd", "Zoe"]
