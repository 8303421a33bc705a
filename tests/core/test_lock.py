"""The lock on a folder of data: one house at a time, and its address only while it is open."""

from pathlib import Path

import pytest

from bot.services.lock import FILE_NAME, Lock, open_at
from bot.source.errors import OperatorError

URL = "http://localhost:8123"


def test_the_address_is_there_while_the_house_is_open(tmp_path: Path) -> None:
    """From when it is told until the end, and neither before nor afterwards; looking does not disturb the house."""
    seen = [open_at(tmp_path)]
    with Lock(tmp_path) as lock:
        seen.append(open_at(tmp_path))
        lock.tell(URL)
        seen += [open_at(tmp_path), open_at(tmp_path)]
    seen.append(open_at(tmp_path))
    assert seen == ["", "", URL, URL, ""]


def test_a_killed_houses_address_is_nobodys(tmp_path: Path) -> None:
    """What stands in the file without a running house is not believed, and the next house begins without it."""
    (tmp_path / FILE_NAME).write_text(URL, "utf-8")
    assert open_at(tmp_path) == ""
    with Lock(tmp_path):
        assert open_at(tmp_path) == ""


def test_a_second_house_is_refused_and_the_first_keeps_its_address(tmp_path: Path) -> None:
    """Two houses on one database would send everything twice: the second is told what to do, and disturbs nothing."""
    with Lock(tmp_path) as lock:
        lock.tell(URL)
        with pytest.raises(OperatorError, match=r"(?s)läuft schon ein Elternlotse.*Hilfe: "):
            Lock(tmp_path)
        assert open_at(tmp_path) == URL
    with Lock(tmp_path):
        pass


def test_a_shorter_address_replaces_a_longer_one(tmp_path: Path) -> None:
    """What is told last is there alone."""
    with Lock(tmp_path) as lock:
        lock.tell(URL)
        lock.tell("http://a")
        assert open_at(tmp_path) == "http://a"


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """A file in the folder's place is an operator's trouble: words, no traceback."""
    (tmp_path / "data").write_text("a file", "utf-8")
    with pytest.raises(OperatorError, match=r"(?s)Der Ordner .*data für die Daten .*Hilfe: "):
        Lock(tmp_path / "data")
    assert open_at(tmp_path / "data") == ""


def test_the_lock_makes_the_folder_its_owners_alone(tmp_path: Path) -> None:
    """A first start makes the folder; nobody else can look into it or at the lock."""
    with Lock(tmp_path / "data"):
        modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "data", tmp_path / "data" / FILE_NAME)]
    assert modes == [0o700, 0o600]
