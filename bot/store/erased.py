"""Who was erased since a backup was made, carried over into what is restored of it, so that nobody comes back.

Promises: whoever was erased stays so, with the moment when it happened; an id that was given is not given again, so that
a list of the erased never means somebody else. Opens no contact's key.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiosqlite

from bot.source.errors import OperatorError
from bot.store.dump_sqlite import COUNTED, continue_ids, reading

BATCH = 500
"""So many contacts are looked for at once."""

BACK = "select c.id from contact c join erased e on e.contact = c.id where c.made_at <= e.at order by c.id"
"""Who was erased and is there all the same. A contact that came only after the moment of the erasing is somebody else."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the time after a backup: contacts erased, with when (microseconds), and the last ids given."""

    erased: Mapping[int, int] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)

    @property
    def given(self) -> Mapping[str, int]:
        """Return the last ids given by table; who was erased had an id too."""
        highest = max(self.erased, default=0)
        return {**self.last, "contact": max(self.last.get("contact", 0), highest)} if highest else self.last

    def and_also(self, other: "Known") -> "Known":
        """Return what both know."""
        last = {name: max(self.last.get(name, 0), other.last.get(name, 0)) for name in self.last.keys() | other.last}
        return Known({**other.erased, **self.erased}, last)


async def known_of_sqlite(path: Path) -> Known:
    """Return what a database knows, whatever its version; OperatorError where it cannot be read."""
    async with reading(path) as connection:
        try:
            tables = {name for (name,) in await connection.execute_fetchall("select name from sqlite_schema")}
            erased = await connection.execute_fetchall("select contact, at from erased") if "erased" in tables else ()
            last = await connection.execute_fetchall("select name, seq from sqlite_sequence where seq > 0")
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise OperatorError(
                f"Aus der Datenbank {path} lässt sich nicht lesen, wer gelöscht wurde ({error})."
            ) from error
    return Known(dict(tuple(row) for row in erased), dict(tuple(row) for row in last))


def known_of_file(file: Path) -> Known:
    """Return what stands in a list of the erased, if there is one: one line each, contact and moment.

    The last line may be half written when the power failed: it does not count, and its moment would be another.
    """
    erased: dict[int, int] = {}
    if file.exists():
        for line in file.read_text("ascii", "replace").rpartition("\n")[0].splitlines():
            contact, _, at = line.partition(" ")
            if contact.isdecimal() and at.isdecimal():
                erased.setdefault(int(contact), int(at))
    return Known(erased)


async def carry_over(path: Path, known: Known) -> Sequence[int]:
    """Write into a restored database what is known, and return the contacts in it that are to be erased again."""
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        await connection.executemany(
            "insert into erased (contact, at) values (?, ?) on conflict (contact) do nothing", known.erased.items()
        )
        counted = {name for (name,) in await connection.execute_fetchall(COUNTED)}
        await continue_ids(connection, {name: last for name, last in known.given.items() if name in counted})
        back = await connection.execute_fetchall(BACK)
        await connection.execute_fetchall("COMMIT")
        return [contact for (contact,) in back]
