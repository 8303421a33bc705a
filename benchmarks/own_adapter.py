"""Elternlotse with a channel of our own on aiohttp in the place of Telegram's: what the durable path costs by itself.

It stands in for a channel that needs no library of the platform's (WhatsApp's will be one): the same updates, the same
messages, posted as JSON by one aiohttp session. Everything else is the product: ``own_adapter.py`` takes the words of
the command ``elternlotse``.
"""

import aiohttp
import msgspec

from bot.__main__ import main
from bot.app import telegram
from bot.channels.telegram import Telegram
from bot.channels.telegram_shape import Part, shape
from bot.model import Outcome, Retry, Sent, Unsure
from bot.ports import OutboxItem


class OwnAdapter(Telegram):
    """Sends by itself; receives as the channel does that it stands in for."""

    async def __aenter__(self) -> "OwnAdapter":
        """Open the session."""
        self._posts = aiohttp.ClientSession(
            auto_decompress=False, headers={"Content-Type": "application/json"}, cookie_jar=aiohttp.DummyCookieJar()
        )
        return await super().__aenter__()

    async def __aexit__(self, *how: object) -> None:
        """Close the session."""
        await self._posts.close()
        await super().__aexit__(*how)

    async def send(self, item: OutboxItem) -> Outcome:
        """Post a message."""
        try:
            for part in shape(item.message):
                await self._post(item.address, part)
        except TimeoutError:
            return Unsure(30.0)
        except aiohttp.ClientError as error:
            return Retry(0, reason=type(error).__name__)
        return Sent()

    async def _post(self, address: str, part: Part) -> None:
        fields = {"chat_id": address, "text": part.text, **part.fields}
        url = f"{self._base}{self._settings.token}/sendMessage"
        async with self._posts.post(url, data=msgspec.json.encode(fields)) as answer:
            answer.raise_for_status()
            msgspec.json.decode(await answer.read())


telegram.Telegram = OwnAdapter  # type: ignore[misc]  # the one place where the product makes its channel

if __name__ == "__main__":
    main()
