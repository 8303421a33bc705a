"""``call``: run another flow (or an everywhere-command), then go on."""

from bot.flow.graph import Call, CallStep


def enter(step: CallStep) -> Call:
    """Ask the engine to call."""
    return step.call
