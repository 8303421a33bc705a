"""The store's tests run once for each engine: one contract, the same for all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from store_kit import ENGINES, Engine

from bot.ports import Store


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """One of the engines."""
    yield request.param
    await request.param.remove(tmp_path)


@pytest.fixture
async def store(engine: Engine, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    opened = await engine.open(tmp_path)
    yield opened
    await engine.close(opened)
