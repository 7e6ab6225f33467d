"""How does a registered operator's own wording take the place of our short labels?

The C-SSRS may be shown only after registration and with unaltered wording, so its text comes from
an operator's file (the setting INTAKE_CSSRS_WORDING_FILE), in TOML, with a text for each item:

    instrument = "cssrs"
    version = "1"
    source = "Columbia Lighthouse Project, registered 2027-01-04"
    [items]
    q1 = "…"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace

from intake.clinical import instruments
from intake.clinical.instruments import Instrument
from intake.errors import ConfigurationError, NotFound

CSSRS = "cssrs"


def read_wording(text: str) -> Wording:
    """Read an operator's file. Raises ConfigurationError, saying what it lacks.

    Every item needs a text, and none may be left over: half a wording would be an altered one.
    """
    try:
        data = tomllib.loads(text)
        wording = Wording(data["instrument"], data["version"], data["source"], dict(data["items"]))
        items = {item.id for item in instruments.get(wording.instrument, wording.version).items}
    except (ValueError, KeyError, TypeError, NotFound) as error:
        raise ConfigurationError(
            "The wording file is not usable: it needs instrument, version, source and [items] "
            f"of an instrument that is installed ({error!r})."
        ) from error
    differing = sorted(items ^ set(wording.texts))
    empty = sorted(key for key, value in wording.texts.items() if not str(value).strip())
    if differing or empty:
        what = ", ".join(dict.fromkeys(differing + empty))
        raise ConfigurationError(f"The wording file needs exactly one text per item; see: {what}.")
    return wording


def cssrs_wording(text: str | None) -> Wording | None:
    """The operator's wording of the C-SSRS; None without a file. Raises ConfigurationError."""
    if text is None:
        return None
    wording = read_wording(text)
    if wording.instrument != CSSRS:
        raise ConfigurationError(
            f"The wording file is for {wording.instrument}; only {CSSRS} takes an operator's text."
        )
    return wording


def with_wording(instrument: Instrument, wording: Wording | None) -> Instrument:
    """The instrument as it is shown: in the operator's words where there are any, else in ours."""
    if wording is None or (wording.instrument, wording.version) != (
        instrument.code,
        instrument.version,
    ):
        return instrument
    items = tuple(replace(item, text=wording.texts[item.id]) for item in instrument.items)
    return replace(instrument, items=items, licence=wording.source)


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of one version of an instrument, by item, and who stands for them."""

    instrument: str
    version: str
    source: str
    texts: dict[str, str]
