"""Reminders <-> rows. Of what is sealed with the contact's key; when, has only names that nobody can read without the house's.

The rest is as in ``rows.py``.
"""

from datetime import date, datetime

import msgspec

from bot.flow.effect import Subscribe
from bot.model import HOUSE, Duration
from bot.privacy.seal import House, Key
from bot.store.rows import Row, Values, micros


def reminder_row(house: House, key: Key, contact: int, wanted: Subscribe, at: datetime) -> Values:
    """Return what a contact wants to be reminded of; ``name`` is the same whenever they say the same."""
    name = house.alias(HOUSE, "reminder", _joined((wanted.flow, wanted.calendar, lead(wanted.before))))
    return {
        "contact": contact,
        "name": name,
        "calendar": calendar_alias(house, wanted.calendar),
        "before": lead(wanted.before),
        "flow": key.seal(wanted.flow.encode(), ("reminder", "flow", contact, name)),
        "at": micros(at),
    }


def reminder_flow(key: Key, row: Row) -> str:
    """Return the flow in which the contact said so."""
    return key.open(row["flow"], ("reminder", "flow", row["contact"], row["name"])).decode()


def calendar_alias(house: House, calendar: str) -> str:
    """Return the name under which a calendar's reminders are found."""
    return house.alias(HOUSE, "calendar", calendar)


def day_alias(house: House, calendar: str, day: date) -> str:
    """Return the name under which is kept that a contact was reminded of a day."""
    return house.alias(HOUSE, "day", _joined((calendar, day)))


def lead(before: Duration) -> str:
    """Return how long before a day somebody wants to be reminded, as flows write it."""
    return f"{before.count} {before.unit}"


def lead_of(written: str) -> Duration:
    """Return the duration."""
    count, _, unit = written.partition(" ")
    return Duration(int(count), unit)


def _joined(value: object) -> str:
    """Return values as one text, so that no two are taken for one another."""
    return msgspec.json.encode(value).decode()
