"""A small HTTP client that shows what was really answered."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from report import Failed


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def first(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next(iter(self.all(name)), "")

    def json(self) -> Any:
        """The body."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Failed(f"no JSON with status {self.status}: {self.body[:300]!r}") from None


class Client:
    """Asks one address; each request has a connection of its own."""

    def __init__(self, base: str, trusted: ssl.SSLContext | None = None) -> None:
        self.base = base
        self._trusted = trusted
        self.token = ""

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None, timeout: float = 60
    ) -> Answer:
        """Send one request."""
        parts = urlsplit(self.base)
        host, port = parts.hostname or "", parts.port
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, port, context=self._trusted, timeout=timeout)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=timeout)
        sent = dict(headers or {})
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=content, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def expect(self, method: str, path: str, status: int, body: object = None, headers: dict[str, str] | None = None) -> Any:
        """Send one request whose answer must have a status; gives its JSON."""
        answer = self.ask(method, path, body, headers)
        if answer.status != status:
            raise Failed(f"{method} {path} answers {answer.status} instead of {status}: {answer.body[:500]!r}")
        return answer.json()


def until(what: str, patience: float, ask: Callable[[], Any]) -> Any:
    """Ask again and again until the answer is something."""
    end = time.monotonic() + patience
    last: object = None
    while time.monotonic() < end:
        try:
            found = ask()
            if found:
                return found
        except (OSError, Failed, http.client.HTTPException) as error:
            last = error
        time.sleep(1)
    raise Failed(f"{what}: not within {patience:.0f} s ({last})")
