"""What was decided in a form of consents? What differs from what its page showed, and nothing else.

Such a page may stay open while a colleague writes down that a consent was withdrawn. So it says for
each purpose which answer it shows: one that nobody touched is never recorded, and one that was
changed meanwhile is shown before anything is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from intake.errors import BadRequest, PreconditionFailed, PreconditionRequired
from intake.models.clients import CONSENT_PURPOSES
from intake.schemas.clients import ConsentIn
from intake.services.consents import ConsentOrder
from intake.web import forms
from intake.web.consent_words import IN_ORDER, PURPOSES, WORDING, choices
from intake.web.forms import Form

SAID, SHOWN, VERSION = "consents.", "_shown.", "wording_version"

Known = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One purpose with the answers to choose from, and the one its page shows."""

    purpose: str
    label: str
    choices: tuple[tuple[str, str], ...]
    shown: str


def asked(known: Known) -> tuple[Asked, ...]:
    """Every purpose in the order it is asked; `known` is what was decided last."""
    return tuple(
        Asked(one, PURPOSES[one], choices(known.get(one)), known.get(one, "")) for one in IN_ORDER
    )


def form(known: Known, more: Mapping[str, str] | None = None) -> Form:
    """The form with what is stored; of one that is shown again, with what was touched in it.

    `more` is what else stands in it.

    An answer that nobody touched is never put before somebody as if it had been typed: it would be
    sent again, and recorded.
    """
    found = forms.form({"consents": known, VERSION: WORDING, **(more or {})})
    if found.sent is None:
        return found
    sent = MultiDict(list(found.sent.items(multi=True)))
    for one in CONSENT_PURPOSES:
        shown, stored = sent.get(SHOWN + one, ""), known.get(one, "")
        if shown != stored and sent.get(SAID + one, "") in ("", shown):
            # Of a refused form what is stored stands below the field, in words.
            sent[SAID + one] = "" if found.is_stale else stored
    return replace(found, sent=sent)


def orders(known: Known, *, also: Collection[str] = ()) -> list[ConsentOrder]:
    """What was decided on the page.

    Args:
        known: what was decided last, by purpose.
        also: further fields that the form may have.

    Raises PreconditionFailed where another answer is stored than the page showed, unless that is
    the one that was said; PreconditionRequired where the form doesn't say what it showed;
    ValidationFailed and BadRequest for what can't be read.
    """
    fields = {SAID + one for one in CONSENT_PURPOSES} | {VERSION, *also}
    if any(not one.startswith("_") and one not in fields for one in forms.sent()):
        raise BadRequest("This form has a field that isn't known here. Load the page again.")
    decided = {}
    for one in CONSENT_PURPOSES:
        said, stored = forms.text(SAID + one), known.get(one, "")
        if said != stored and _shown(one) != stored:
            raise PreconditionFailed
        if said not in ("", stored):
            decided[one] = said
    version = forms.text(VERSION)
    return [
        forms.checked(ConsentIn(), {"purpose": one, "status": status, VERSION: version})
        for one, status in decided.items()
    ]


def _shown(purpose: str) -> str:
    """Which answer the page showed; nothing where there was none."""
    if SHOWN + purpose not in forms.sent():
        raise PreconditionRequired("This form doesn't say which answers it shows. Load it again.")
    return forms.text(SHOWN + purpose)
