"""Elternlotse with a channel of our own on aiohttp in the place of Telegram's: what the durable path costs by itself.

It stands in for a channel that needs no library of the platform's: the same updates, the same messages, posted as JSON
by one aiohttp session. Everything else is the product: ``own_adapter.py`` takes the words of the command
``elternlotse``.
"""

import aiohttp
import msgspec

import bot.app.telegram
from bot.channels.telegram import Telegram
from bot.channels.telegram_shape import Part, shape
from bot.cli.main import main
from bot.model import Outcome, Retry, Sent, Unsure
from bot.ports import OutboxItem


class OwnAdapter(Telegram):
    """Sends by itself; receives as the channel does that it stands in for."""

    _posts: aiohttp.ClientSession | None = None

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
        if self._posts is None:  # it ends with the process: nothing is to be closed in order here
            self._posts = aiohttp.ClientSession(headers={"Content-Type": "application/json"})
        fields = {"chat_id": address, "text": part.text, **part.fields}
        url = f"{self._base}{self._settings.token}/sendMessage"
        async with self._posts.post(url, data=msgspec.json.encode(fields)) as answer:
            answer.raise_for_status()
            msgspec.json.decode(await answer.read())


vars(bot.app.telegram)["Telegram"] = OwnAdapter
"""The one place where the product makes its channel."""

if __name__ == "__main__":
    main()
