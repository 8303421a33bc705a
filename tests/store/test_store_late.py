"""Programs that looked too early: what another did meanwhile makes them lose their case, and nothing else."""

import pytest
from store_kit import NOON, done, heard, outgoing

from bot.ports import Store


async def test_d11_who_looked_before_another_gave_the_key_loses(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """D11: frozen between looking for a contact's key and for their address, a program does not take it for damage."""
    case = await heard(store, "hello")
    assert await store.commit([done(case, outgoing("first"))], NOON) == []

    async def looked_before(_contacts: object) -> dict[int, object]:
        return {}

    monkeypatch.setattr(store, "_keys", looked_before)
    assert await store.commit([done(case, outgoing("second"))], NOON) == [case.contact]
