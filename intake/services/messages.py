"""What does a reminder say? Day, time and a number to call; nothing that tells what it is about.

Texts are `intake/messages/<kind>.<language>.txt`. A text is checked when it is saved and again
when it is sent: GSM-7, one part of at most 160 septets, no link, no word of `banned.<language>`.
The sandbox and the list of allowed variables keep names out by construction.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from intake.errors import FieldErrors, ValidationFailed

FOLDER = Path(__file__).parents[1] / "messages"
LANGUAGE = "en"
SEVERAL = "several"
MOST_IN_ONE = 4
"""As many appointments as one text of 160 septets holds."""
VARIABLES = frozenset({"day", "days", "time", "phone"})
SEPTETS = 160
# 3GPP TS 23.038, 6.2.1: the basic set costs one septet, the extension two.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€")
LINK = re.compile(r"https?:|www\.|\w\.\w{2,}/", re.IGNORECASE)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Plain text for a telephone: escaping for HTML would put "&amp;" into it.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def render(order: MessageOrder) -> str:
    """The finished text, checked. Raises ValidationFailed when it may not leave."""
    starts = sorted(set(order.starts))
    kind = order.kind if len(starts) == 1 else SEVERAL
    values = {
        "day": day_of(starts[0]),
        "time": f"{starts[0]:%H:%M}",
        "days": [f"{day_of(start)} at {start:%H:%M}" for start in starts],
        "phone": spoken(order.phone),
    }
    rendered = shipped(kind, order.language).render(values).strip()
    refuse_unless_discreet(rendered, language=order.language, names=order.names)
    return rendered


def refuse_unless_discreet(
    text: str, *, language: str = LANGUAGE, names: Sequence[str] = ()
) -> None:
    """Check a finished text. Raises ValidationFailed naming everything that is wrong with it."""
    errors = FieldErrors()
    if strange := sorted(set(text) - BASIC - EXTENSION):
        errors.add("/text", "not_gsm7", f"Replace {' '.join(strange)}: phones can't show it.")
    if septets(text) > SEPTETS:
        errors.add("/text", "too_long", f"Shorten the text to {SEPTETS} characters.")
    if LINK.search(text):
        errors.add("/text", "link", "Remove the link: it would show where the message leads.")
    told = [name for name in names if name and name.casefold() in text.casefold()]
    if revealing(text, language=language) or told:
        errors.add("/text", "revealing", "Remove words that tell what the message is about.")
    errors.raise_if_any()


def check_template(source: str, *, language: str = LANGUAGE) -> None:
    """Check the source of a text before it is saved. Raises ValidationFailed."""
    try:
        used = meta.find_undeclared_variables(_ENVIRONMENT.parse(source))
        if used - VARIABLES:
            raise _wrong("unknown_placeholder", f"Use only {', '.join(sorted(VARIABLES))}.")
        example = _ENVIRONMENT.from_string(source).render(_EXAMPLE)
    except TemplateError as error:
        raise _wrong("syntax", "The text has a placeholder that can't be read.") from error
    if "phone" not in used:
        raise _wrong("no_phone", "Name the number to call: {{ phone }}.")
    refuse_unless_discreet(example, language=language)


def revealing(text: str, *, language: str = LANGUAGE) -> list[str]:
    """The words of a text that would tell what it is about."""
    return _banned(language).findall(text.casefold())


def septets(text: str) -> int:
    """The length of a text as a phone counts it."""
    return sum(2 if letter in EXTENSION else 1 for letter in text)


def day_of(moment: dt.datetime) -> str:
    """`Tue 3 Mar`, whatever the process's locale."""
    return f"{DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}"


def spoken(number: str) -> str:
    """An E.164 number as people write it: +44 1632 960000."""
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@functools.cache
def shipped(kind: str, language: str) -> Template:
    """The default text of a kind; English where a language has none."""
    path = FOLDER / f"{kind}.{language}.txt"
    if not path.exists():
        path = FOLDER / f"{kind}.{LANGUAGE}.txt"
    source = path.read_text(encoding="utf-8")
    check_template(source, language=language)
    return _ENVIRONMENT.from_string(source)


@functools.cache
def _banned(language: str) -> re.Pattern[str]:
    """The list of word beginnings as one pattern; English where a language has none."""
    path = FOLDER / f"banned.{language}.txt"
    if not path.exists():
        path = FOLDER / f"banned.{LANGUAGE}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    stems = [re.escape(line.strip()) for line in lines if line.strip() and line[0] != "#"]
    return re.compile(rf"\b(?:{'|'.join(stems)})\w*")


def _wrong(code: str, message: str) -> ValidationFailed:
    errors = FieldErrors()
    errors.add("/text", code, message)
    return ValidationFailed(*errors.found)


_EXAMPLE = {
    "day": "Wed 30 Sep",
    "time": "10:00",
    "days": ["Wed 30 Sep at 10:00", "Wed 30 Sep at 11:00"],
    "phone": "+44 1632 960000",
}


@dataclass(frozen=True, slots=True)
class MessageOrder:
    """What a text is made of. `starts` are local wall times; several make one merged text."""

    kind: str
    starts: tuple[dt.datetime, ...]
    phone: str
    """E.164."""
    language: str = LANGUAGE
    names: tuple[str, ...] = ()
    """What must not appear: the names of site and service."""
