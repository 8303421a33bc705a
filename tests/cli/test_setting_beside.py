"""A password in the environment may be for a database that the call names, not the store of the settings."""

from pathlib import Path

import click
import pytest

from bot.cli.setting import config_beside
from bot.source.errors import OperatorError

NAMED = "postgresql://elternlotse@localhost/elternlotse"


def _context(folder: Path, store: str) -> click.Context:
    file = folder / "config.yaml"
    written = Path("config.yaml").read_text("utf-8")
    file.write_text(written.replace("\nstore:\n", f"\nstore: {store}\n"), "utf-8")
    return click.Context(click.Command("elternlotse"), obj=str(file))


def test_a_password_for_a_named_database_is_no_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever still runs on SQLite may look through PostgreSQL with its password."""
    monkeypatch.setenv("ELTERNLOTSE_STORE_PASSWORD", "geheim")
    assert config_beside(_context(tmp_path, ""), (NAMED,)).store.postgres is False


def test_a_password_for_no_database_stays_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the call names a file or nothing, a password says that the store was forgotten."""
    monkeypatch.setenv("ELTERNLOTSE_STORE_PASSWORD", "geheim")
    with pytest.raises(OperatorError, match="keine Datenbank genannt"):
        config_beside(_context(tmp_path, ""), ("sicherung.sqlite",))


def test_the_store_keeps_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings name PostgreSQL, the password is the store's too."""
    monkeypatch.setenv("ELTERNLOTSE_STORE_PASSWORD", "geheim")
    password = config_beside(_context(tmp_path, NAMED), (NAMED,)).store.password
    assert password is not None
    assert "geheim" == password.reveal()
