"""What is one act of the console beside its twin of the API?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.support.web import TestSite, Web

Answers = Sequence[TestResponse]


@dataclass(frozen=True)
class Pair:
    """One act. `world` makes what both need, at a site of its own; it is made twice.

    `by_page` opens the page and sends its form; its answers are those of the forms alone.
    `by_api` is one call or, where a form does two things, several; none for what keeps nothing.
    """

    endpoint: str
    name: str
    world: Callable[[Web, TestSite], Any]
    by_page: Callable[[Any], Answers]
    by_api: Callable[[Any], Answers]

    def __str__(self) -> str:
        """The name of its test."""
        return f"{self.endpoint.removeprefix('console.')}: {self.name}"
