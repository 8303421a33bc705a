"""The store's tests run once for each engine: one contract, the same for all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_kit import ENGINES, Engine

from bot.ports import Store


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """One of the engines."""
    return request.param


@pytest.fixture
async def store(engine: Engine, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    opened = await engine.open(tmp_path)
    yield opened
    await engine.close(opened)
