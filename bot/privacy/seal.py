"""Sealing: what is written about people is unreadable without a key, and worthless in any other place.

AES-256-GCM with three kinds of keys. The **master key** lives outside the database and only wraps other keys. The
**house's keys** are kept wrapped in the database: one seals what is there before a contact has a key (raw fragments),
one makes the names under which external ids are kept. Each **contact** has a key of their own, kept wrapped:
deleting it deletes all that was sealed with it.

Every sealed value is bound to its place (table, column, and what names the row), so a value that is moved to another
contact, column or row does not open. Pure: chance comes in as an argument. Knows no database and no file.

A sealed value is one byte (the kind of key), twelve of nonce, then cipher text and tag.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_LENGTH = 32
"""Bytes of every key."""

_NONCE_LENGTH = 12
_KINDS = {"master": b"\x01", "house": b"\x02", "contact": b"\x03"}

Random = Callable[[int], bytes]
"""So many bytes that nobody can guess."""

Place = tuple[str | int | None, ...]
"""What a value is bound to: table, column, and what names the row there."""


class SealBrokenError(ValueError):
    """A sealed value does not open: it was changed, moved from elsewhere, or sealed with another key."""


class Key:
    """One key. It seals and opens, and never shows itself."""

    __slots__ = ("_cipher", "_kind", "_random")

    def __init__(self, secret: bytes, kind: str, random: Random) -> None:
        if len(secret) != KEY_LENGTH:
            raise ValueError(f"a key has {KEY_LENGTH} bytes, not {len(secret)}")
        self._cipher = AESGCM(secret)
        self._kind = _KINDS[kind]
        self._random = random

    def seal(self, value: bytes, place: Place) -> bytes:
        """Return the value, sealed for this place."""
        nonce = self._random(_NONCE_LENGTH)
        return self._kind + nonce + self._cipher.encrypt(nonce, value, self._bound(place))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed for this place; SealBrokenError where it was not, or not with this key."""
        if not self.fits(sealed):
            raise SealBrokenError(f"{_name(place)} is sealed with another kind of key")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + _NONCE_LENGTH], sealed[1 + _NONCE_LENGTH :], self._bound(place))
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{_name(place)} does not open: it was changed, or it belongs elsewhere") from None

    def fits(self, sealed: bytes) -> bool:
        """Tell whether a value was sealed with this kind of key."""
        return sealed[:1] == self._kind

    def _bound(self, place: Place) -> bytes:
        return self._kind + msgspec.json.encode(place)


@dataclass(frozen=True, slots=True)
class House:
    """The house's keys. ``key`` seals; ``alias`` gives external ids the names under which they are kept."""

    key: Key
    names: bytes = field(repr=False)

    def alias(self, account: str, kind: str, external_id: str) -> str:
        """Return the name of an external id: HMAC-SHA256 under the house's key, as 64 hexadecimal digits.

        ``kind`` keeps apart what the platform's ids name: an ``address`` and a ``fragment`` never share a name.
        """
        said = msgspec.json.encode((account, kind)) + external_id.encode("utf-8", "surrogatepass")
        return hmac.digest(self.names, said, "sha256").hex()


class Master:
    """The key of keys. ``origin`` is where it came from, for people to read in a message."""

    __slots__ = ("_key", "_random", "origin")

    def __init__(self, secret: bytes, origin: str, random: Random) -> None:
        self._key = Key(secret, "master", random)
        self._random = random
        self.origin = origin

    def new_key(self, place: Place) -> bytes:
        """Make a key for this place and return it wrapped."""
        return self._key.seal(self._random(KEY_LENGTH), place)

    def unwrap(self, wrapped: bytes, place: Place, kind: str) -> Key:
        """Return a wrapped key, ready to use; SealBrokenError where this master key did not wrap it for this place."""
        return Key(self._key.open(wrapped, place), kind, self._random)

    def house(self, wrapped_key: bytes, wrapped_names: bytes, places: tuple[Place, Place]) -> House:
        """Return the house's two keys from their wrapped forms, which were made for these two places."""
        key_place, names_place = places
        return House(self.unwrap(wrapped_key, key_place, "house"), self._key.open(wrapped_names, names_place))


def _name(place: Place) -> str:
    """Name a place without what names the row: a log may show it."""
    return ".".join(str(part) for part in place[:2])
