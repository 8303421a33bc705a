"""All verbs of the store in one class, the same for every engine: everything that ``ports.Store`` promises."""

from typing import Any

from bot.privacy.seal import House, Master, SealBrokenError
from bot.source.errors import OperatorError
from bot.store.belongings import Belonging
from bot.store.chat import Chatting
from bot.store.commit import Committing
from bot.store.deliver import Delivering
from bot.store.desk import Desking
from bot.store.dump import UNFINISHED
from bot.store.engine import Connection
from bot.store.expire import Expiring
from bot.store.measure import Measuring
from bot.store.people import Peopling
from bot.store.publish import Publishing
from bot.store.receive import Receiving
from bot.store.remind import Reminding
from bot.store.replay import Replaying
from bot.store.retain import Retaining
from bot.store.rows import HOUSE_KEY, HOUSE_NAMES
from bot.store.take import Taking


class Verbs(
    Receiving,
    Taking,
    Committing,
    Expiring,
    Reminding,
    Delivering,
    Chatting,
    Desking,
    Peopling,
    Publishing,
    Measuring,
    Retaining,
    Replaying,
    Belonging,
):
    """A store, whatever its engine. ``close`` it: its threads or connections keep the program alive until then."""


async def house_of(connection: Connection, queries: Any, master: Master, database: str) -> House:
    """Return the house's keys, within a transaction of their own; make them where there are none yet.

    OperatorError where the master key is not the one that this ``database`` was made with, or where it was never filled
    to its end.
    """
    if await queries.setting(connection, name=UNFINISHED) is not None:
        raise OperatorError(
            f"Die Datenbank {database} ist eine Kopie, die nicht fertig wurde.\n"
            "  = Hilfe: Kopieren Sie noch einmal, mit demselben Aufruf von: elternlotse data copy"
        )
    key = await _kept(connection, queries, "house_key", master.new_key(HOUSE_KEY))
    names = await _kept(connection, queries, "house_names", master.new_key(HOUSE_NAMES))
    try:
        return master.house(key, names, (HOUSE_KEY, HOUSE_NAMES))
    except SealBrokenError:
        raise OperatorError(
            f"Der Schlüssel in {master.origin} passt nicht zur Datenbank {database}.\n"
            "  = Hilfe: Legen Sie den richtigen zurück: den, mit dem die Datenbank angelegt wurde."
        ) from None


async def _kept(connection: Connection, queries: Any, name: str, new: bytes) -> bytes:
    """Return a setting that is made once."""
    found: bytes | None = await queries.setting(connection, name=name)
    if found is None:
        await queries.put_setting(connection, name=name, value=new)
    return new if found is None else found
