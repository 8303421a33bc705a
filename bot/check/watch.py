"""A revision that notes which steps and buttons a talk meets: for the coverage of golden talks, and for the proof.

It is the revision itself, with mappings that remember what was looked up; nothing that talks on it can tell.
"""

from dataclasses import dataclass, field, replace

from bot.flow.graph import Flow, Place, Revision, Step


@dataclass(slots=True)
class Met:
    """What was met: steps as (flow, step), options as places. ``count`` grows with every step a talk looks up."""

    steps: set[tuple[str, str]] = field(default_factory=set)
    options: set[Place] = field(default_factory=set)
    count: int = 0


def watched(revision: Revision, met: Met) -> Revision:
    """Return the revision, noting in ``met`` what is looked up in it."""
    flows = {name: replace(flow, steps=_Steps(flow, met)) for name, flow in revision.flows.items()}
    return replace(revision, flows=flows, buttons=_Buttons(revision, met))


class _Steps(dict[str, Step]):
    """The steps of one flow."""

    def __init__(self, flow: Flow, met: Met) -> None:
        super().__init__(flow.steps)
        self._met = met
        self._names = {name: (flow.name, name) for name in flow.steps}

    def get(self, name: str, default: Step | None = None) -> Step | None:  # type: ignore[override]
        """Look a step up, and note that it was met."""
        self._met.count += 1
        if name in self._names:
            self._met.steps.add(self._names[name])
        return super().get(name, default)


class _Buttons(dict[str, Place]):
    """The buttons of all flows."""

    def __init__(self, revision: Revision, met: Met) -> None:
        super().__init__(revision.buttons)
        self._met = met

    def get(self, token: str, default: Place | None = None) -> Place | None:  # type: ignore[override]
        """Look a button up, and note that it was pressed."""
        place = super().get(token, default)
        if place is not None:
            self._met.options.add(place)
        return place
