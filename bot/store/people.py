"""People of the desk: links that work once, logins that end. Only hashes of links and logins are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model import AdviserId
from bot.ports import LOGIN_IDLE, Adviser
from bot.store import house_rows, rows
from bot.store.base import StoreBase
from bot.store.engine import Connection

NOTED_EVERY = timedelta(minutes=1)
"""A login's last use is noted at most so often: a page's every request would be a write."""


class Peopling(StoreBase):
    """The store's side of invitations, logins and settings of people."""

    async def invite(self, adviser: Adviser, secret_hash: bytes, until: datetime, at: datetime) -> AdviserId:
        """Keep a new person (id 0), or an existing one's new link: their earlier unused links end."""
        link = {"hash": secret_hash, "at": rows.micros(at), "until": rows.micros(until)}
        return await self._engine.write(lambda connection: self._invite(connection, adviser, link))

    async def _invite(self, connection: Connection, adviser: Adviser, link: rows.Values) -> AdviserId:
        invited = adviser.id or await self._make(connection, adviser, link["at"])
        await self._queries.drop_invitations(connection, adviser=invited)
        await self._queries.put_invitation(connection, **link, adviser=invited)
        return invited

    async def _make(self, connection: Connection, adviser: Adviser, at: int) -> AdviserId:
        """Keep a new person. The name is sealed for the id, which is known only here."""
        made = AdviserId(await self._queries.next_adviser(connection))
        values = house_rows.adviser_row(self._house, adviser) | house_rows.adviser_name(self._house, made, adviser.name)
        await self._queries.put_adviser(connection, **values, at=at)
        return made

    async def invitation(self, secret_hash: bytes, now: datetime) -> Adviser | None:
        """Return whose invitation this is while it is valid. Looking does not use it up."""
        return self._adviser(await self._ask(self._queries.invited, hash=secret_hash, now=rows.micros(now)))

    async def accept(self, secret_hash: bytes, login_hash: bytes, now: datetime, until: datetime) -> Adviser | None:
        """Use an invitation up and begin a login in one transaction; None when it is not valid any more."""
        moments = {"now": rows.micros(now), "until": rows.micros(until)}
        row = await self._engine.write(lambda connection: self._accept(connection, secret_hash, login_hash, moments))
        return self._adviser(row)

    async def _accept(
        self, connection: Connection, secret_hash: bytes, login_hash: bytes, moments: dict[str, int]
    ) -> Any:
        row = await self._queries.invited(connection, hash=secret_hash, now=moments["now"])
        if row is not None:
            await self._queries.use_invitation(connection, hash=secret_hash, now=moments["now"])
            await self._queries.drop_old_logins(connection, now=moments["now"])
            await self._queries.put_login(connection, hash=login_hash, adviser=row["id"], **moments)
        return row

    async def login(self, login_hash: bytes, now: datetime) -> Adviser | None:
        """Return who is logged in, and note that the login was used; None when it is over, idle, or they are disabled."""
        row = await self._logged_in(login_hash, now)
        if row is not None and now - rows.moment(row["used_at"]) >= NOTED_EVERY:
            used = {"hash": login_hash, "now": rows.micros(now)}
            await self._engine.write(lambda connection: self._queries.use_login(connection, **used))
        return self._adviser(row)

    async def glance(self, login_hash: bytes, now: datetime) -> Adviser | None:
        """Return the same as ``login`` without noting a use: an open page keeps nobody logged in."""
        return self._adviser(await self._logged_in(login_hash, now))

    async def _logged_in(self, login_hash: bytes, now: datetime) -> Any:
        moments = {"now": rows.micros(now), "idle_since": rows.micros(now - LOGIN_IDLE)}
        return await self._ask(self._queries.logged_in, hash=login_hash, **moments)

    async def logout(self, login_hash: bytes) -> None:
        """End a login."""
        await self._engine.write(lambda connection: self._queries.drop_login(connection, hash=login_hash))

    async def people(self) -> Sequence[Adviser]:
        """Return everybody, also the disabled, by name."""
        everybody = [house_rows.adviser(self._house, row) for row in await self._read(self._queries.advisers)]
        return sorted(everybody, key=lambda adviser: (adviser.name.casefold(), adviser.id))

    async def update_adviser(self, adviser: Adviser) -> None:
        """Write a person's settings. Their logins end with another role; logins and links end when disabled."""
        await self._engine.write(lambda connection: self._update(connection, adviser))

    async def _update(self, connection: Connection, adviser: Adviser) -> None:
        values = house_rows.adviser_row(self._house, adviser)
        await self._queries.drop_logins(
            connection, adviser=adviser.id, role=adviser.role, disabled_at=values["disabled_at"]
        )
        if adviser.disabled_at is not None:
            await self._queries.drop_invitations(connection, adviser=adviser.id)
        await self._queries.change_adviser(connection, **values)

    def _adviser(self, row: rows.Row | None) -> Adviser | None:
        return None if row is None else house_rows.adviser(self._house, row)
