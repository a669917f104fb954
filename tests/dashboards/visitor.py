"""A browser without a screen: asks the console in this process, no socket in between."""

import asyncio
import re
from typing import Any

import httpx
from starlette.types import ASGIApp


class Visitor:
    """Keeps cookies from one question to the next; follows no redirect."""

    def __init__(self, app: ASGIApp, address: str = "http://127.0.0.1") -> None:
        self._app = app
        self._address = address
        self._cookies = httpx.Cookies()

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._cookies.jar}

    def get(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._asked("GET", path, headers))

    def post(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._asked("POST", path, headers))

    def send(self, path: str, fields: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """A form as the browser sends it: with the token that the page of the address carries."""
        page = more.pop("page", path)
        data = {"csrf": self.csrf(page), **(fields or {})}
        return asyncio.run(self._asked("POST", path, {}, data=data, **more))

    def raw(self, path: str, content_type: str, body: bytes) -> httpx.Response:
        """Whatever somebody sends."""
        return asyncio.run(self._asked("POST", path, {"content-type": content_type}, content=body))

    def call(self, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        """The API as a machine calls it."""
        return asyncio.run(self._asked(method, path, {"authorization": f"Bearer {token}"}, **more))

    def csrf(self, page: str) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.get(page).text)
        return found[1] if found else ""

    def sign_in(self, name: str, password: str) -> httpx.Response:
        return self.send("/signin", {"name": name, "password": password})

    async def _asked(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._address, cookies=self._cookies) as client:
            named = {k.replace("_", "-"): v for k, v in headers.items()}
            answer = await client.request(method, path, headers=named, **more)
            self._cookies = client.cookies
        return answer
