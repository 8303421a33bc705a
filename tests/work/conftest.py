"""A house that talks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.talking import Talking, talking


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Talking]:
    """A house on a real store, with the small flows."""
    async with talking(tmp_path) as opened:
        yield opened
