"""What trials came to, as one table: each line a trial, with all that was counted. Writes it into the page about it."""

import os
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "durability.md"
BEGIN, END = "<!-- what make torture has seen: begin -->", "<!-- what make torture has seen: end -->"
KINDS = ("lost", "twice", "order", "left", "error")
HEAD = (
    "| trial | engine | what was done | acknowledged | lost · twice · out of order · left · errors | sends |"
    " repeated; in the air | seconds |"
)
RULE = "| --- | --- | --- | --- | --- | --- | --- | --- |"


@dataclass
class Row:
    """One trial. ``planted`` is the kind of finding that it must have, where a fault was planted; else it has none."""

    trial: str
    engine: str
    done: str = ""
    acknowledged: int = 0
    sends: str = ""
    repeated: str = ""
    seconds: str = ""
    findings: Sequence[str] = field(default_factory=list)
    planted: str = ""

    @property
    def kinds(self) -> Counter[str]:
        """How many findings there are of each kind."""
        return Counter(finding.partition(":")[0] for finding in self.findings)

    @property
    def is_as_it_should(self) -> bool:
        """Whether nothing was found, or what was planted."""
        return bool(self.kinds[self.planted]) if self.planted else not self.findings

    def __str__(self) -> str:
        """Return it as a line of the table."""
        found = " · ".join(str(self.kinds[kind]) for kind in KINDS)
        told = f"{found} (planted, found)" if self.planted and self.is_as_it_should else found
        cells = (self.trial, self.engine, self.done, f"{self.acknowledged:,}", told, self.sends, self.repeated)
        return f"| {' | '.join(cells)} | {self.seconds} |"


def machine() -> str:
    """Return what it ran on."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()} {platform.release()},"
        f" CPython {platform.python_version()}"
    )


def table(rows: Sequence[Row], about: str) -> str:
    """Return the whole table, with a sentence about it."""
    return "\n".join((about, "", HEAD, RULE, *map(str, rows)))


def write(rows: Sequence[Row], about: str, page: Path = PAGE) -> None:
    """Write the table into the page, in place of the one that stands there."""
    text = page.read_text("utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{table(rows, about)}\n\n{END}{after}", "utf-8")
