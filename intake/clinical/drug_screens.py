"""Which analytes can a drug screen be asked for, and which results are there?

Ketamine and norketamine have to be asked for by name: many standard cups don't hold them
(professional knowledge, to be confirmed with the supplier). A result is a finding, no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.errors import FieldError

ANALYTES = (
    "ketamine",
    "norketamine",
    "pcp",
    "dxm",
    "opiates",
    "fentanyl",
    "methadone",
    "buprenorphine",
    "benzodiazepines",
    "ghb",
    "cocaine",
    "amphetamines",
    "mdma",
    "cannabis",
    "alcohol",
)
RESULTS = ("negative", "positive", "invalid", "refused")
CONFIRMED = ("negative", "positive", "invalid")


def screen_errors(results: Mapping[str, str], pointer: str = "/results") -> Iterator[FieldError]:
    """What is wrong with the results of a screen: nothing was asked for."""
    if not results:
        message = "Name at least one analyte that was asked for, with its result."
        yield FieldError(pointer, "required", message)


def confirmation_errors(
    asked: Mapping[str, str], results: Mapping[str, str], pointer: str = "/results"
) -> Iterator[FieldError]:
    """What is wrong with a laboratory's results: only analytes that the screen was asked for."""
    yield from screen_errors(results, pointer)
    for name in results:
        if name not in asked:
            message = f"The screen was asked for these: {', '.join(asked)}."
            yield FieldError(f"{pointer}/{name}", "not_asked_for", message)
