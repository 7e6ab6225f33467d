"""How does a test talk to a real API process the way it talks to the application in its own?"""

from __future__ import annotations

import http.client
import json as encoder
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import EnvironBuilder, TestResponse


@dataclass(slots=True)
class HttpClient:
    """A browser of one person; its methods are those of Flask's test client that tests use."""

    address: str
    #: The headers of every answer, addresses of what was made among them.
    headers: list[str]
    cookie: str = ""

    def set_cookie(self, name: str, value: str) -> None:
        """Keep a cookie."""
        self.cookie = f"{name}={value}"

    def get(self, path: str, **request: Any) -> TestResponse:
        """Read."""
        return self.open(path, **request)

    def post(self, path: str, **request: Any) -> TestResponse:
        """Create or act."""
        return self.open(path, method="POST", **request)

    def patch(self, path: str, **request: Any) -> TestResponse:
        """Change."""
        return self.open(path, method="PATCH", **request)

    def open(
        self,
        path: str,
        *,
        method: str = "GET",
        json: object = None,
        data: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """One request over a connection of its own."""
        sent = {"Cookie": self.cookie} | (headers or {})
        body = data
        if json is not None:
            sent["Content-Type"], body = "application/json", encoder.dumps(json)
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        self.headers.append(str(answer.headers))
        return TestResponse(
            [said],
            f"{answer.status} {answer.reason}",
            list(answer.headers.items()),  # type: ignore[arg-type] # a list of pairs will do
            EnvironBuilder(path, method=method).get_request(),
        )


@dataclass(frozen=True, slots=True)
class RemoteApp:
    """Stands where a test has the application, for making browsers."""

    address: str
    #: The headers of every answer to anybody.
    headers: list[str] = field(default_factory=list)

    def test_client(self) -> HttpClient:
        """A new browser."""
        return HttpClient(self.address, self.headers)
