"""The product's log lines, taken down in the account of a run instead of being printed."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from simulation.seeded_loop import OWNER
from simulation.world import World

EXPECTED = frozenset(
    {"OperationalError", "ReplacedError", "TimeoutError", "BusyError", "OperatorError", "CancelledError", "OSError"}
    | {"OvertakenError", "NetworkError", "TimedOut", "ExceptionGroup"}
)
"""Errors that a house may meet when disk, platform and other machines are in trouble."""


@contextmanager
def listening(world: World) -> Iterator[None]:
    """Take the log down. An error that no trouble explains is a finding."""
    before = structlog.get_config()

    def heard(_logger: object, method: str, event: MutableMapping[str, Any]) -> Any:
        world.note(
            OWNER.get(), "log", method, *(f"{name}={value}" for name, value in sorted(event.items()) if name != "help")
        )
        world.excuses += event["event"] in EXCUSES
        name = str(event.get("error", "TimeoutError")).rpartition(".")[2]
        unexpected = method == "error" and name not in EXPECTED and event["event"] not in TOLD
        if unexpected or event["event"] == "converse.fragment_failed":
            world.find("error", f"{event}")
        raise structlog.DropEvent

    every_level = structlog.make_filtering_bound_logger(0)  # whatever a test before left behind
    structlog.configure(processors=[heard], wrapper_class=every_level, cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


EXCUSES = frozenset({"post.taken", "outbox_unavailable"})
"""What allows a sender to take up once more what was in the air; so does the start of a machine."""
TOLD = frozenset({"message_set_aside", "telegram_updates_broken", "telegram_updates_without_id"})
"""Errors that are told on purpose, and judged elsewhere."""
