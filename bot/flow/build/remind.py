"""``remind``: asks whether to be reminded of a calendar's days."""

from bot.flow.build.parts import Here
from bot.flow.graph import Remind
from bot.source.values import duration


def remind(here: Here) -> Remind | None:
    """Read the question, its calendar and how long before; None where one of them is missing."""
    form = here.form
    wording, yes = here.wording("remind"), here.maybe_wording("yes_text")
    calendar, before = form.needed("calendar"), form.needed("before")
    if calendar is not None:
        here.draft.mention("calendar", calendar, here.name, "calendar")
    time = None if before is None else duration(before, here.draft.problems)
    if calendar is None or time is None:
        return None
    return Remind(here.name, wording, calendar.text, time, here.below, yes)
