"""What was given up, in one line for operators."""

from collections.abc import Mapping

import pytest

from bot.work.given_up import given_up


class Figures:
    """A store that only has figures."""

    def __init__(self, **figures: int) -> None:
        self._figures = {"unread": 7, "failed": 0, "aside": 0, "outbox": 7, "dead": 0, "tickets": 7} | figures

    async def figures(self) -> Mapping[str, int]:
        return self._figures


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ({}, ""),
        (
            {"dead": 3},
            ("Liegen geblieben: unzustellbare Nachrichten: 3. Ansehen und wiederholen: elternlotse data replay"),
        ),
        ({"aside": 2}, "Liegen geblieben: Eingänge, die zu keinem Gespräch gehören: 2. Auf sie wartet niemand."),
        (
            {"failed": 1, "dead": 2, "aside": 4},
            (
                "Liegen geblieben: Eingänge, an denen das Programm scheiterte: 1; "
                "unzustellbare Nachrichten: 2; "
                "Eingänge, die zu keinem Gespräch gehören: 4. Ansehen und wiederholen: elternlotse data replay"
            ),
        ),
    ],
)
async def test_what_was_given_up_is_counted_and_what_waits_is_not(figures, line):
    """Each kind with its count, and how to try again where one can; what is only waiting is no trouble."""
    assert line == await given_up(Figures(**figures))
