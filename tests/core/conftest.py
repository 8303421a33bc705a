"""The small flows, and a stage to play them on."""

import pytest
from core.small import DE, made, small_files

from bot.check.edition import Edition
from bot.check.stage import Stage
from bot.check.talks import BEGIN
from bot.flow.session import Session


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The small flows, in German."""
    return made(small_files())


@pytest.fixture
def stage(edition: Edition) -> Stage:
    """A talk in German that is about to begin, every notice given."""
    return Stage(edition, Session(language=DE, told=("de", "privacy")), BEGIN)
