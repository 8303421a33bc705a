"""What a proof says in the end: figures, each flow, each hole. Values only."""

from dataclasses import dataclass

from bot.check.coverage import Covered
from bot.check.proof.holes import Hole


@dataclass(frozen=True, slots=True)
class Figures:
    """How much was looked at.

    ``states`` in which something waits, ``edges`` (acts that were played), ``messages`` that differ, ``renderings`` made
    for them; ``untranslated``: messages that a language has not yet, counted in each; ``most`` steps that ran at once.
    """

    states: int
    edges: int
    messages: int
    renderings: int
    untranslated: int
    most: int
    languages: int
    channels: int


@dataclass(frozen=True, slots=True)
class FlowProof:
    """What is known of one flow: is a person near, can all be sent, does it always go on.

    ``whole`` is False where there were more states than are looked at. ``never`` are steps that no talk ever comes to.
    """

    flow: str
    person: bool
    limits: bool
    sound: bool
    whole: bool
    never: tuple[str, ...]
    covered: Covered


@dataclass(frozen=True, slots=True)
class Proof:
    """The whole result."""

    figures: Figures
    flows: tuple[FlowProof, ...]
    holes: tuple[Hole, ...]

    @property
    def proven(self) -> bool:
        """Whether everything was looked at and nothing found."""
        return not self.holes and all(each.whole for each in self.flows)
