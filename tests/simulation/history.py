"""What really happened to the rows, written down by the database itself in the same transactions.

Triggers keep a line of every change; ``cases`` are what the workers computed. Together they say for every commit what it
was computed from and what it wrote.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.ports import Done

TRIGGERS = """
create table sim_log (id integer primary key, txn integer, kind text, contact integer, row integer, what text);
create trigger sim_a after update of state on inbound begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'inbound', new.contact, new.id, old.state || '>' || new.state); end;
create trigger sim_b after insert on outbox begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'said', new.contact, new.id, new.token); end;
create trigger sim_c after update of state on outbox begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'outbox', new.contact, new.id, old.state || '>' || new.state); end;
create trigger sim_d after insert on session begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'session', new.contact, new.version, ''); end;
create trigger sim_e after update of version on session begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'session', new.contact, new.version, ''); end;
create trigger sim_f after insert on ticket begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'ticket', new.contact, new.id, new.version || '>' || new.state); end;
create trigger sim_g after update of version on ticket begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'ticket', new.contact, new.id, new.version || '>' || new.state); end;
create trigger sim_i after delete on outbox begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'dropped', old.contact, old.id, old.state); end;
create trigger sim_j after delete on inbound begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'dropped', coalesce(old.contact, 0), old.id, old.state); end;
create trigger sim_k after delete on past_inbound begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'unnamed', null, 0, old.external); end;
create trigger sim_h after insert on erased begin
    insert into sim_log (txn, kind, contact, row, what)
    values (sim_transaction(), 'erased', new.contact, 0, ''); end;
"""
"""They change nothing that the product looks at."""


@dataclass(slots=True)
class Written:
    """What one transaction wrote for one contact: the session's new version, what was read, what was said.

    ``parting``: somebody was erased in it.
    """

    transaction: int
    versions: list[int] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    tickets: list[tuple[int, int, str]] = field(default_factory=list)
    dropped: bool = False
    parting: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One message of the outbox, and all its changes of state in order."""

    id: int
    contact: int
    account: str
    address: int
    token: str
    state: str
    position: int
    moves: Sequence[str]


class History:
    """The account of one run. ``cases`` are all computed cases by contact and the version they came from."""

    def __init__(self, file: Path) -> None:
        self.cases: defaultdict[tuple[int, int], list[Done]] = defaultdict(list)
        self.recovered: Counter[int] = Counter()
        self.recoveries = 0
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()

    def watch(self, store: Any) -> None:
        """Note what a store's workers compute, and what is in the air whenever somebody begins to send."""
        commit, recover = store.commit, store.recover

        async def noted_commit(done: Any, at: Any) -> Any:
            self.computed(done)
            return await commit(done, at)

        async def noted_recover(account: Any) -> Any:
            self.recovering()
            return await recover(account)

        store.commit, store.recover = noted_commit, noted_recover

    def computed(self, done: Sequence[Done]) -> None:
        """Take note of what a worker is about to write."""
        for each in done:
            self.cases[each.case.contact, each.case.version].append(each)

    def recovering(self) -> None:
        """Take note of the messages that were in the air when a sender began: each may be sent once more."""
        self.recoveries += 1
        self.recovered.update(row["id"] for row in self.rows("select id from outbox where state = 'sending'"))

    def written(self) -> Mapping[int, Sequence[Written]]:
        """Return what was committed, by contact, in order."""
        found: defaultdict[int, dict[int, Written]] = defaultdict(dict)
        for row in self.rows("select txn, kind, contact, row, what from sim_log where contact is not null order by id"):
            one = found[row["contact"]].setdefault(row["txn"], Written(row["txn"]))
            match row["kind"]:
                case "session":
                    one.versions.append(row["row"])
                case "inbound":
                    one.read.append(row["row"])
                case "said":
                    one.said.append(row["what"])
                case "dropped":
                    one.dropped = True
                case "ticket":
                    version, _, state = row["what"].partition(">")
                    one.tickets.append((row["row"], int(version), state))
        partings = {row["txn"] for row in self.rows("select txn from sim_log where kind = 'erased'")}
        for each in found.values():
            for one in each.values():
                one.parting = one.transaction in partings
        return {contact: list(each.values()) for contact, each in found.items()}

    def erased(self) -> frozenset[int]:
        """Return who was erased."""
        return frozenset(row["contact"] for row in self.rows("select contact from erased"))

    def strange_again(self) -> int:
        """Count the fragments that came again after even their names were forgotten."""
        kept = "select external from inbound union select external from past_inbound"
        again = f"select distinct what from sim_log where kind = 'unnamed' and what in ({kept})"  # noqa: S608 - our own words
        return len(self.rows(again))

    def outbox(self) -> Sequence[Row]:
        """Return every message with its moves."""
        moves: defaultdict[int, list[str]] = defaultdict(list)
        for row in self.rows("select row, what from sim_log where kind = 'outbox' order by id"):
            moves[row["row"]].append(row["what"])
        found = self.rows("select id, contact, account, address, token, state, position from outbox order by id")
        return [Row(**dict(row), moves=moves[row["id"]]) for row in found]

    def rows(self, sql: str) -> Sequence[sqlite3.Row]:
        """Ask the file, as another program sees it."""
        if self._connection is None:
            self._connection = sqlite3.connect(self._file)
            self._connection.row_factory = sqlite3.Row
        return self._connection.execute(sql).fetchall()

    def count(self, rows: str) -> int:
        """Count rows (a table and its condition)."""
        return int(self.rows(f"select count(*) from {rows}")[0][0])  # noqa: S608 - our own words
