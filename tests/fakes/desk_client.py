"""An adviser without a browser: logs in by link, and does at the desk's addresses what its forms do."""

import re
from typing import Self

import httpx
from fakes.process import Product


class DeskClient:
    """One logged-in person."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._http = httpx.AsyncClient(base_url=product.url, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False)

    async def __aenter__(self) -> Self:
        path = self._product.invitation.removeprefix(self._product.url)
        await self.post(path)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    @property
    def headers(self) -> dict[str, str]:
        """What this person's browser sends with each request, the login among it."""
        return dict(self._http.headers)

    async def get(self, path: str) -> str:
        """Return a page."""
        answer = await self._http.get(path, follow_redirects=True)
        assert 200 == answer.status_code, answer.text
        return answer.text

    async def post(self, path: str, **form: str) -> None:
        """Send a form; it leads to a page."""
        answer = await self._http.post(path, data=form)
        assert 303 == answer.status_code, answer.text
        for cookie in answer.headers.get_list(
            "set-cookie"
        ):  # Secure cookies, kept as a browser keeps them on localhost
            name, _, value = cookie.partition(";")[0].partition("=")
            self._http.headers["cookie"] = f"{name}={value}"

    async def answer(self, ticket: int, text: str) -> None:
        """Answer a question."""
        await self.post(f"/desk/tickets/{ticket}/answer", text=text, **await self._seen(ticket))

    async def close(self, ticket: int, topic: str, outcome: str) -> None:
        """Close a question."""
        form = {"topic": topic, "outcome": outcome, **await self._seen(ticket)}
        await self.post(f"/desk/tickets/{ticket}/closure", **form)

    async def _seen(self, ticket: int) -> dict[str, str]:
        """Return what the page's forms say about how far the adviser has read."""
        page = await self.get(f"/desk/tickets/{ticket}")
        return dict(re.findall(r'name="(version|seen)" value="(\d+)"', page))
