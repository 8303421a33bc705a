"""People, revisions and their history <-> rows, sealed with the house's key. The rest is as in ``rows.py``."""

import zlib

import msgspec

from bot.model import AdviserId, Language
from bot.ports import Adviser, Publishing, StoredRevision
from bot.privacy.seal import House
from bot.store.rows import Row, Values, decode, encode, micros, micros_or_none, moment, moment_or_none

_FILES = msgspec.msgpack.Decoder(dict[str, bytes])


def adviser_row(house: House, adviser: Adviser) -> Values:
    """Return a person's row."""
    return adviser_name(house, adviser.id, adviser.name) | {
        "role": adviser.role,
        "teams": _json(adviser.teams),
        "languages": _json(adviser.languages),
        "interface": adviser.interface,
        "disabled_at": micros_or_none(adviser.disabled_at),
    }


def adviser_name(house: House, adviser_id: AdviserId, name: str) -> Values:
    """Return a person's id and their name, sealed for it."""
    return {"id": adviser_id, "name": house.key.seal(encode(name), ("adviser", "name", adviser_id))}


def adviser(house: House, row: Row) -> Adviser:
    """Return a person."""
    return Adviser(
        id=AdviserId(row["id"]),
        name=decode(house.key.open(row["name"], ("adviser", "name", row["id"]))),
        role=row["role"],
        teams=tuple(msgspec.json.decode(row["teams"], type=list[str])),
        languages=tuple(msgspec.json.decode(row["languages"], type=list[Language])),
        interface=Language(row["interface"]),
        disabled_at=moment_or_none(row["disabled_at"]),
    )


def revision_row(house: House, revision: StoredRevision) -> Values:
    """Return a revision's row. Its files are public; who published it is a name."""
    return {
        "name": revision.name,
        "files": zlib.compress(msgspec.msgpack.encode(dict(revision.files))),
        "by": house.key.seal(encode(revision.by), ("revision", "published_by", revision.name)),
        "at": micros(revision.at),
    }


def revision(house: House, row: Row) -> StoredRevision:
    """Return a published revision."""
    return StoredRevision(
        name=row["name"],
        files=files(row),
        by=_published_by(house, row),
        at=moment(row["published_at"]),
    )


def files(row: Row) -> dict[str, bytes]:
    """Return a revision's files; ValueError where they cannot be unpacked."""
    try:
        return _FILES.decode(zlib.decompress(row["files"]))
    except zlib.error as error:
        raise ValueError("revision.files cannot be unpacked") from error


def publishing(house: House, row: Row) -> Publishing:
    """Return a line of the history."""
    return Publishing(row["id"], row["name"], _published_by(house, row), moment(row["published_at"]))


def _published_by(house: House, row: Row) -> str:
    return decode(house.key.open(row["published_by"], ("revision", "published_by", row["name"])))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
