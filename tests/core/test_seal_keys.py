"""The master key: made once, kept for its owner alone, refused in words when it is not in order."""

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.privacy.keys import FILE_NAME, insist_on_key, key_from_folder, key_from_secret
from bot.privacy.seal import Master
from bot.source.errors import OperatorError

DATABASE = "elternlotse.sqlite"
PLACE = ("contact_key", "wrapped", 1)
TEXT = base64.b64encode(bytes(range(32))).decode()


def same(one: Master, two: Master) -> bool:
    """Tell whether two master keys are one: what one wraps, the other unwraps."""
    return two.unwrap(one.new_key(PLACE), PLACE, "contact") is not None


def test_the_first_start_makes_a_key(tmp_path: Path) -> None:
    """A new folder gets a key that its owner alone can read, and the caller learns that it is new."""
    found = key_from_folder(tmp_path / "data" / "keys", os.urandom)
    assert found.new
    assert found.file == tmp_path / "data" / "keys" / FILE_NAME
    assert [path.stat().st_mode & 0o777 for path in (found.file.parent, found.file)] == [0o700, 0o600]
    assert [path.name for path in found.file.parent.iterdir()] == [FILE_NAME]


def test_a_later_start_finds_the_key(tmp_path: Path) -> None:
    """The same key again, not new, and named by its file."""
    first = key_from_folder(tmp_path / "keys", os.urandom)
    again = key_from_folder(tmp_path / "keys", os.urandom)
    assert (again.new, again.file, same(first.master, again.master)) == (False, first.file, True)
    assert again.master.origin == str(first.file)


def test_the_file_can_be_given_as_a_secret(tmp_path: Path) -> None:
    """The file's line, with or without its end, works as a secret of the setup: that is how a key is moved."""
    found = key_from_folder(tmp_path / "keys", os.urandom)
    line = found.file.read_text()
    for secret in (line, line.strip()):
        assert same(found.master, key_from_secret(secret, "MASTER_KEY", os.urandom))


@pytest.mark.parametrize(
    "secret", ["", "x", TEXT[:-4], TEXT + TEXT, "ä" * 44, "!" * 44, TEXT[:20] + "\x00" + TEXT[21:]]
)
def test_a_secret_that_is_no_key_is_refused(secret: str) -> None:
    """O01: what is not 32 bytes of base64 is refused, names the setting, and is not repeated."""
    with pytest.raises(OperatorError, match=r"(?s)In MASTER_KEY steht kein Schlüssel.*Hilfe: ") as caught:
        key_from_secret(secret, "MASTER_KEY", os.urandom)
    assert len(secret) < 2 or secret not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\xff" * 32, b"short\n", TEXT.encode()[:-3]])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """A damaged key file is refused, named, and never replaced: without the copy nothing can be read."""
    file = key_from_folder(tmp_path / "keys", os.urandom).file
    file.write_bytes(content)
    with pytest.raises(OperatorError, match=r"(?s)master\.key steht kein Schlüssel.*Hilfe: Legen Sie Ihre Sicherung"):
        key_from_folder(tmp_path / "keys", os.urandom)
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("choose", "mode"), [(lambda file: file, 0o644), (lambda file: file, 0o620), (lambda file: file.parent, 0o755)]
)
def test_o01_a_key_that_others_can_read_is_refused(tmp_path: Path, choose: Callable[[Path], Path], mode: int) -> None:
    """O01: a key file or folder that is open to others is refused, with the command that closes it."""
    path = choose(key_from_folder(tmp_path / "keys", os.urandom).file)
    path.chmod(mode)
    with pytest.raises(OperatorError, match=f"Hilfe: Rufen Sie auf: chmod [67]00 {path}"):
        key_from_folder(tmp_path / "keys", os.urandom)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """Where a file stands in the way the message names the key file and says what is missing."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(OperatorError, match=r"(?s)master\.key lässt sich nicht benutzen.*Hilfe: "):
        key_from_folder(tmp_path / "data" / "keys", os.urandom)


def test_a_lost_key_is_never_made_anew(tmp_path: Path) -> None:
    """Beside a database a missing key is named, with what to do, and nothing is made: a new key could read nothing."""
    (tmp_path / DATABASE).write_bytes(b"sealed")
    with pytest.raises(OperatorError) as caught:
        insist_on_key(tmp_path / "keys", (tmp_path / DATABASE).exists, DATABASE)
    said = str(caught.value)
    assert said.startswith(f"Der Schlüssel {tmp_path}/keys/master.key fehlt, obwohl es die Datenbank {DATABASE}")
    assert "Hilfe: Legen Sie Ihre Sicherung des Schlüssels an diese Stelle zurück" in said
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]


def test_a_key_that_cannot_be_looked_for_is_not_called_lost(tmp_path: Path) -> None:
    """Where the machine does not let us look, the message says that, and not that the key is gone."""
    (tmp_path / DATABASE).write_bytes(b"sealed")
    with pytest.raises(OperatorError, match=r"(?s)master\.key lässt sich nicht benutzen.*Hilfe: "):
        insist_on_key(tmp_path / ("x" * 300), (tmp_path / DATABASE).exists, DATABASE)


def test_a_first_start_and_a_kept_key_are_let_through(tmp_path: Path) -> None:
    """Without a database there is nothing to lose, and a database beside its key is as it should be."""
    insist_on_key(tmp_path / "keys", (tmp_path / DATABASE).exists, DATABASE)
    key_from_folder(tmp_path / "keys", os.urandom)
    (tmp_path / DATABASE).write_bytes(b"sealed")
    insist_on_key(tmp_path / "keys", (tmp_path / DATABASE).exists, DATABASE)


def test_two_first_starts_at_once_agree(tmp_path: Path) -> None:
    """Of two programs that make a key at the same moment, both use the one that was there first, and one tells of it."""
    folder, others = tmp_path / "keys", []

    def slow(length: int) -> bytes:
        if not others:
            others.append(key_from_folder(folder, os.urandom))
        return os.urandom(length)

    mine = key_from_folder(folder, slow)
    assert same(others[0].master, mine.master)
    assert [True, False] == [others[0].new, mine.new]
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]
