"""A browser without a screen: asks the console in this process, no socket in between."""

import asyncio

import httpx
from starlette.types import ASGIApp


class Visitor:
    """Keeps cookies from one question to the next; follows no redirect."""

    def __init__(self, app: ASGIApp, address: str = "http://127.0.0.1") -> None:
        self._app = app
        self._address = address
        self._cookies = httpx.Cookies()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._asked("GET", path, headers))

    def post(self, path: str) -> httpx.Response:
        return asyncio.run(self._asked("POST", path, {}))

    async def _asked(self, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._address, cookies=self._cookies) as client:
            answer = await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            self._cookies = client.cookies
        return answer
