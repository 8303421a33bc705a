"""What is sealed opens in its own place with its own key, and nowhere else."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.privacy.seal import KEY_LENGTH, House, Key, Master, Place, SealBrokenError

PLACE: Place = ("outbox", "message", 7, "token")
SECRET = b"s" * KEY_LENGTH


def key(secret: bytes = SECRET, kind: str = "contact") -> Key:
    """Return a key."""
    return Key(secret, kind, os.urandom)


def master(secret: bytes = SECRET) -> Master:
    """Return a master key."""
    return Master(secret, "the key file", os.urandom)


@settings(deadline=None)
@given(some.binary(max_size=300))
def test_what_was_sealed_opens(value: bytes) -> None:
    """Any bytes come back as they were, and are not to be seen in the sealed form."""
    sealed = key().seal(value, PLACE)
    assert key().open(sealed, PLACE) == value
    assert len(value) < 8 or value not in sealed


def test_the_same_value_is_never_sealed_the_same_way() -> None:
    """Two sealed forms of one value tell nobody that they are equal."""
    assert key().seal(b"ja", PLACE) != key().seal(b"ja", PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("outbox", "message", 8, "token"),
        ("outbox", "message", 7, "other"),
        ("outbox", "reply", 7, "token"),
        ("message", "outbox", 7, "token"),
        ("outbox", "message", "7", "token"),
        ("outbox", "message", 7, "token", None),
        ("outbox", "message", '7,"token'),
        (),
    ],
)
def test_x02_a_value_opens_only_in_its_place(elsewhere: Place) -> None:
    """X02: moved to another contact, row or column, a sealed value does not open; places cannot imitate each other."""
    sealed = key().seal(b"Hallo", PLACE)
    with pytest.raises(SealBrokenError):
        key().open(sealed, elsewhere)


def test_x02_another_key_opens_nothing() -> None:
    """X02: a value opens with its own key only, not with another secret and not as another kind."""
    sealed = key().seal(b"Hallo", PLACE)
    for other in (key(b"t" * KEY_LENGTH), key(kind="house"), key(kind="master")):
        with pytest.raises(SealBrokenError):
            other.open(sealed, PLACE)


@settings(deadline=None)
@given(some.integers(min_value=0, max_value=33), some.integers(min_value=1, max_value=255))
def test_a_changed_value_does_not_open(place: int, flip: int) -> None:
    """One flipped bit anywhere, and it does not open."""
    sealed = bytearray(key().seal(b"Hallo", PLACE))
    sealed[place] ^= flip
    with pytest.raises(SealBrokenError):
        key().open(bytes(sealed), PLACE)


@settings(deadline=None)
@given(some.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(value: bytes) -> None:
    """Any bytes, also none at all, are refused in words, never with another error."""
    with pytest.raises(SealBrokenError):
        key().open(value, PLACE)


def test_a_broken_seal_names_the_place_and_nobody() -> None:
    """The error says which table and column, for the log; not whose."""
    with pytest.raises(SealBrokenError, match=r"^outbox\.message does not open") as caught:
        key().open(key().seal(b"Hallo", ("a", "b")), ("outbox", "message", "lina-4711"))
    assert "lina" not in str(caught.value)


def test_a_key_has_its_length() -> None:
    """A key of another length is refused."""
    with pytest.raises(ValueError, match="32 bytes"):
        key(b"short")


def test_o01_keys_never_show_themselves() -> None:
    """O01: the printed form of every kind of key holds no secret."""
    house = House(key(kind="house"), b"n" * KEY_LENGTH)
    for shown in (repr(key()), repr(master()), repr(house), str(house)):
        assert not {"ssss", "nnnn"} & {shown[at : at + 4] for at in range(len(shown))}


def test_x02_a_wrapped_key_opens_with_its_master_and_place_only() -> None:
    """X02: a contact's key moved to another contact, or under another master key, is no key."""
    wrapped = master().new_key(("contact_key", "wrapped", 1))
    sealed = master().unwrap(wrapped, ("contact_key", "wrapped", 1), "contact").seal(b"Hallo", PLACE)
    assert master().unwrap(wrapped, ("contact_key", "wrapped", 1), "contact").open(sealed, PLACE) == b"Hallo"
    with pytest.raises(SealBrokenError):
        master().unwrap(wrapped, ("contact_key", "wrapped", 2), "contact")
    with pytest.raises(SealBrokenError):
        master(b"t" * KEY_LENGTH).unwrap(wrapped, ("contact_key", "wrapped", 1), "contact")


def test_every_new_key_is_another() -> None:
    """Two keys for one place share nothing."""
    assert master().new_key(PLACE) != master().new_key(PLACE)


@settings(deadline=None)
@given(some.text(), some.text())
def test_aliases_tell_ids_apart_and_not_what_they_are(one: str, two: str) -> None:
    """An alias is the same for the same id, another for another id, account, kind or house; never the id itself."""
    house, other = House(key(), b"n" * KEY_LENGTH), House(key(), b"m" * KEY_LENGTH)
    alias = house.alias("telegram", "address", one)
    assert alias == house.alias("telegram", "address", one)
    assert (alias == house.alias("telegram", "address", two)) == (one == two)
    strangers = {house.alias("webchat", "address", one), house.alias("telegram", "fragment", one)}
    assert alias not in strangers | {other.alias("telegram", "address", one)}
    assert len(alias) == 64


def test_p04_half_a_character_has_an_alias() -> None:
    """P04: an id with half a character, from a platform's JSON, has an alias like any other."""
    house = House(key(), b"n" * KEY_LENGTH)
    assert house.alias("telegram", "address", "\ud83d") != house.alias("telegram", "address", "\ud83e")
