"""What is left of a question whose words are gone, from its row. The rest is as in ``rows.py``."""

from datetime import timedelta

from bot.model import Language, TicketId
from bot.ports import PastQuestion
from bot.store.rows import Row, moment


def past_question(row: Row) -> PastQuestion:
    """Return what is left of a question."""
    waited = row["answered_after"]
    return PastQuestion(
        id=TicketId(row["id"]),
        topic=row["topic"],
        closed_topic=row["closed_topic"],
        urgency=row["urgency"],
        language=Language(row["language"]),
        opened_on=moment(row["opened_on"]),
        answered_after=None if waited is None else timedelta(microseconds=waited),
        outcome=row["outcome"],
        rating=row["rating"],
        why=row["why"],
        gone_on=moment(row["gone_on"]),
    )
