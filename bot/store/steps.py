"""The numbered steps of a database's schema, the same for every engine: forward only, each as it was when applied.

Promises: a step that was changed after it was applied, or a database of a newer program, is refused with a message that
says what to do. Knows no engine: ``sqlite_schema.py`` and ``postgres_schema.py`` apply what is missing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.source.errors import OperatorError
from bot.store.rows import Row


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def hash(self) -> str:
        """What tells this text from any other."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """Return a folder's migrations in order; their files are named ``NNNN_what.sql``."""
    return tuple(
        Migration(int(file.name[:4]), file.stem, file.read_text("utf-8")) for file in sorted(folder.glob("*.sql"))
    )


def missing(migrations: Sequence[Migration], applied: Sequence[Row], database: str) -> Sequence[Migration]:
    """Return what is not applied yet; OperatorError where the database and this program do not belong together."""
    if len(applied) > len(migrations):
        raise OperatorError(
            f"Die Datenbank {database} stammt von einem neueren Elternlotse ({applied[-1]['name']}).\n"
            "  = Hilfe: Aktualisieren Sie dieses Programm, oder spielen Sie die Kopie von vor der Aktualisierung zurück."
        )
    for migration, row in zip(migrations, applied, strict=False):
        if (row["number"], row["hash"]) != (migration.number, migration.hash):
            raise OperatorError(
                f"Die Datenbank {database} wurde mit einem anderen Wortlaut von {row['name']}.sql eingerichtet, als"
                " dieses Programm ihn hat.\n"
                "  = Hilfe: Stellen Sie die Datei des Programms wieder her (git checkout), oder spielen Sie die Kopie"
                " zurück, die davor gemacht wurde."
            )
    return migrations[len(applied) :]
