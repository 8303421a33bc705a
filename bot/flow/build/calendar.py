"""Nodes -> the days of one year's calendars: the form of ``calendars/<year>.yaml`` (E1)."""

from collections.abc import Mapping
from datetime import date

from bot.flow.build.draft import Draft
from bot.flow.build.parts import name_of, said
from bot.flow.graph import CalendarDay
from bot.source.form import Form, listing, mapping
from bot.source.nodes import Node, Scalar
from bot.source.values import day

DAY = ("date", "region", "source")


def calendars(draft: Draft, root: Node, year: int) -> Mapping[str, tuple[CalendarDay, ...]]:
    """Read the calendars of a year: each a name and its days, sorted."""
    found: dict[str, tuple[CalendarDay, ...]] = {}
    for key, node in mapping(root, "die Datei", draft.problems) or ():
        draft.mention("name", key)
        name = name_of(draft, key, "Kalenders")
        found[name] = _days(draft, key, node, year)
    return found


def _days(draft: Draft, key: Scalar, node: Node, year: int) -> tuple[CalendarDay, ...]:
    days: list[CalendarDay] = []
    seen: dict[tuple[date, str], int] = {}
    for item in listing(node, key.text, draft.problems):
        lines = mapping(item, "einen Tag des Kalenders", draft.problems)
        if lines is None:
            continue
        form = Form(lines, f"Tag von »{key.text}«", draft.problems)
        form.only(DAY)
        source, region = form.needed("source"), said(form.text("region"))
        written = form.needed("date")
        on = None if written is None else _of_year(draft, written, year)
        if written is None or on is None:
            continue
        if (on, region) in seen:
            message = f"Diesen Tag gibt es in »{key.text}« schon, in Zeile {seen[on, region]}."
            draft.problems.append(written.place.problem("E121", message, "Löschen Sie eine der beiden Stellen."))
        seen.setdefault((on, region), written.place.line)
        days.append(CalendarDay(on, region, said(source)))
    return tuple(sorted(days, key=lambda each: (each.date, each.region)))


def _of_year(draft: Draft, scalar: Scalar, year: int) -> date | None:
    """Return a day, or note that it is none or belongs to another year's file."""
    found = day(scalar, draft.problems)
    if found is not None and found.year != year:
        message = f"»{scalar.text}« liegt nicht im Jahr {year}."
        help_ = f"Schreiben Sie den Tag in die Datei calendars/{found.year:04}.yaml."
        draft.problems.append(scalar.place.problem("E114", message, help_, "anderes Jahr"))
    return found
