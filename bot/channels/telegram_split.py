"""Cuts what Telegram sends into fragments, byte for byte. Pure; reads ids only and never raises.

JSON libraries refuse or change what must be kept as it came (lone surrogates, NaN, 5,000 levels, equal keys), and one
such update would take its whole batch with it. So this walks over the bytes, counting brackets and skipping strings,
and gives each update's bytes untouched. What the update says is read later (``telegram_decode``).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from bot.model import Fragment


def split(raw: bytes) -> list[Fragment]:
    """Return one fragment for an update, or one for each of a ``getUpdates`` answer.

    The external id is the update's id, the address its chat's id as text. What has no id is one fragment without
    address, named by the hash of its bytes.
    """
    updates = updates_of(raw)
    return [_fragment(raw)] if updates is None else [_fragment(update) for update in updates]


def updates_of(raw: bytes) -> list[bytes] | None:
    """Return the bytes of each update of a ``getUpdates`` answer, or None where ``raw`` is no such answer."""
    try:
        answer = _members(raw)
        is_answer = answer.get("ok") == b"true" and answer.get("result", b"").startswith(b"[")
        return [element for _, element in _children(answer["result"])] if is_answer else None
    except _BrokenError:
        return None


def _fragment(update: bytes) -> Fragment:
    try:
        members = _members(update)
    except _BrokenError:
        members = {}
    number = members.pop("update_id", b"")
    if _UPDATE_ID.fullmatch(number) is None:
        return Fragment(hashlib.sha256(update).hexdigest(), None, update)
    return Fragment(number.decode("ascii"), _address(members), update)


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


class _BrokenError(Exception):
    """These bytes are no object or list that ends."""


# Possessive repetitions: an endless string is given up after one pass over it, not after one for each character.
_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},:]', re.DOTALL)
_OPENING = (b"{", b"[")
_CLOSING = (b"}", b"]")
_UPDATE_ID = re.compile(rb"0|[1-9][0-9]{0,18}")
_CHAT_ID = re.compile(rb"-?[1-9][0-9]{0,18}")
_ADDRESSES = (("chat", "id"), ("message", "chat", "id"), ("from", "id"), ("user", "id"))
