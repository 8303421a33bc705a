"""The log says what an operator needs, and nothing that a parent wrote."""

import ast
import errno
import io
import json
from pathlib import Path

import pytest
import structlog

from bot.services import logs

ROOT = Path(__file__).parents[2] / "bot"
LEVELS = {"debug", "info", "warning", "error"}


def fields_used() -> set[str]:
    """Return the names of all fields that the program logs."""
    calls = [
        node
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS
        if isinstance(node.func.value, ast.Name) and node.func.value.id in {"log", "_log"}
    ]
    assert len(calls) > 20
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


@pytest.fixture
def log():
    """A log into memory; afterwards logging is as it was."""
    before = structlog.get_config()
    stream = io.StringIO()
    logs.configure("info", stream)
    yield stream
    structlog.configure(**before)


def test_every_field_that_is_logged_may_be_logged():
    """Otherwise it would vanish silently, and the operator with it."""
    assert set() == fields_used() - logs.FIELDS


def test_what_is_not_on_the_list_is_left_out(log):
    """X01: a text that somebody logs by mistake does not reach the log."""
    structlog.get_logger().error("verb_broke", name="poll", text="Mein Kind", phone="0211 1")
    (line,) = log.getvalue().splitlines()
    assert {"event", "level", "name", "timestamp"} == set(json.loads(line))


def test_i10_one_event_is_one_line(log):
    """I10: line breaks and steering characters in a field are escaped."""
    structlog.get_logger().error("x", error="a\nb\x1b[31m\u202e")
    assert 1 == len(log.getvalue().splitlines())
    assert log.getvalue().isascii()


def test_below_the_level_nothing_is_written(log):
    """Debugging is asked for."""
    structlog.get_logger().debug("x")
    assert "" == log.getvalue()


class Disk(io.StringIO):
    """A log file on a disk that may be full."""

    full = False

    def write(self, text):
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


@pytest.mark.usefixtures("log")
def test_d07_a_log_without_room_ends_nothing():
    """D07: who logs that the disk is full does not fall over the log that lies on it; with room it goes on."""
    disk = Disk()
    logs.configure("info", disk)
    for full in (False, True, False):
        disk.full = full
        structlog.get_logger().error("receive.failed")
    assert 2 == len(disk.getvalue().splitlines())
