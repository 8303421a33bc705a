"""Cuts what Telegram sends into fragments, byte for byte. Pure; reads ids only and never raises.

JSON libraries refuse or change what must be kept as it came (lone surrogates, NaN, 5,000 levels, equal keys), and one
such update would take its whole batch with it. So where a quick library that leaves bytes as they are (``msgspec.Raw``)
refuses, this walks over the bytes itself, counting brackets and skipping strings. Both give each update's bytes
untouched. What the update says is read later (``telegram_decode``).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

import msgspec

from bot.model import Fragment


def split(raw: bytes, oldest: int = 0) -> list[Fragment]:
    """Return one fragment for an update, or one for each of a ``getUpdates`` answer.

    The external id is the update's id, the address its chat's id as text. What has no id is one fragment without
    address, named by the hash of its bytes. What happened before ``oldest`` (the platform's seconds) concerns no talk
    any more: it has its id, and no address.
    """
    updates = updates_of(raw)
    return [_fragment(each, oldest) for each in ([raw] if updates is None else updates)]


def is_old(update: bytes, oldest: int) -> bool:
    """Say whether an update is set aside because all of it happened before ``oldest``."""
    try:
        return _is_older(update, _members(update), oldest)
    except _BrokenError:
        return False


def updates_of(raw: bytes) -> list[bytes] | None:
    """Return the bytes of each update of a ``getUpdates`` answer, or None where ``raw`` is no such answer."""
    with suppress(msgspec.DecodeError, ValueError, RecursionError):
        quick = _ANSWER.decode(raw)
        return [bytes(update) for update in quick.result] if quick.ok and quick.result is not None else None
    try:
        answer = _members(raw)
        is_answer = answer.get("ok") == b"true" and answer.get("result", b"").startswith(b"[")
        return [element for _, element in _children(answer["result"])] if is_answer else None
    except _BrokenError:
        return None


def _fragment(update: bytes, oldest: int) -> Fragment:
    try:
        members = _members(update)
    except _BrokenError:
        members = {}
    number = members.pop("update_id", b"")
    if _UPDATE_ID.fullmatch(number) is None:
        return Fragment(hashlib.sha256(update).hexdigest(), None, update)
    address = None if _is_older(update, members, oldest) else _address(members)
    return Fragment(number.decode("ascii"), address, update)


def _is_older(update: bytes, members: Mapping[str, bytes], oldest: int) -> bool:
    """Say whether all that an update dates lies before a moment; one without a date does not.

    A press says only when its message was sent, and an old button may be pressed today. Words that a parent types
    cannot look like a date: their quotes are escaped.
    """
    if "callback_query" in members:
        return False
    moments = [int(number) for number in _DATES.findall(update)]
    return bool(moments) and max(moments) < oldest


def _address(members: Mapping[str, bytes]) -> str | None:
    """Return the first chat (or, where none is named, person) that an update is about."""
    for path in _ADDRESSES:
        for member in members.values():
            number = _at(member, path)
            if _CHAT_ID.fullmatch(number):
                return number.decode("ascii")
    return None


def _at(value: bytes, path: tuple[str, ...]) -> bytes:
    """Return the bytes at the end of a path of names, empty where it leads nowhere."""
    for name in path:
        try:
            value = _members(value).get(name, b"")
        except _BrokenError:
            return b""
    return value


def _members(raw: bytes) -> dict[str, bytes]:
    """Return an object's members as written; of equal names the last counts, as in every JSON library."""
    with suppress(msgspec.DecodeError, ValueError, RecursionError):
        return {name: bytes(value) for name, value in _OBJECT.decode(raw).items()}
    members = {}
    for name, value in _children(raw):
        try:
            members[json.loads(name)] = value
        except (ValueError, TypeError, RecursionError):
            continue
    return members


def _children(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name (empty in a list) and value of what lies directly in an object or list, as written.

    Raises ``_BrokenError`` where strings or brackets are left open, or nothing is there.
    """
    depth, start, name = 0, 0, b""
    for token in _TOKENS.finditer(raw):
        mark = token.group()
        if mark == b'"':
            break  # a string that never ends
        if mark in _OPENING:
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in _CLOSING:
            depth -= 1
        if depth == 1 and mark == b":":
            name, start = raw[start : token.start()].strip(), token.end()
        elif (depth == 1 and mark == b",") or (depth <= 0 and mark in _CLOSING):
            value = raw[start : token.start()].strip()
            if name or value:
                yield name, value
            name, start = b"", token.end()
        if depth <= 0 and mark in _CLOSING:
            return
    raise _BrokenError


class _Answer(msgspec.Struct, frozen=True):
    """A ``getUpdates`` answer, in whose updates nothing is read."""

    ok: bool = False
    result: list[msgspec.Raw] | None = None


_ANSWER = msgspec.json.Decoder(_Answer)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _BrokenError(Exception):
    """These bytes are no object or list that ends."""


# Possessive repetitions: an endless string is given up after one pass over it, not after one for each character.
_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},:]', re.DOTALL)
_OPENING = (b"{", b"[")
_CLOSING = (b"}", b"]")
_UPDATE_ID = re.compile(rb"0|[1-9][0-9]{0,18}")
_CHAT_ID = re.compile(rb"-?[1-9][0-9]{0,18}")
_DATES = re.compile(rb'"(?:edit_)?date"\s*:\s*([0-9]{1,12})\b')
_ADDRESSES = (("chat", "id"), ("message", "chat", "id"), ("from", "id"), ("user", "id"))
