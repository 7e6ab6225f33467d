"""What does a page say when something isn't done? What happened, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a page says when something isn't done: what happened, and what to do now."""

    title: str
    help: str


REFUSALS = {
    "bad-request": Refusal("This address can't be read", "Check the address, or begin at Today."),
    "forbidden": Refusal(
        "Your role doesn't open this",
        "Ask a colleague whose role does, or an administrator about your role.",
    ),
    "break-glass-required": Refusal(
        "This is a colleague's case",
        "Ask the clinical lead to make you key worker or cover. In an emergency you can open it "
        "for reading; the key worker and the auditor are told.",
    ),
    "consent-required": Refusal(
        "Nothing the person signed allows this",
        "Nothing has left. Ask the person for a consent that names recipient, purpose and records.",
    ),
    "csrf": Refusal(
        "This form can't be taken",
        "It was opened by somebody else, in another browser, or long ago. Nothing was saved. "
        "Load the page again.",
    ),
    "not-found": Refusal(
        "There is no such page here",
        "Check the address. What belongs to another site is not shown.",
    ),
    "method-not-allowed": Refusal("This page can't be opened like that", "Begin at Today."),
    "conflict": Refusal(
        "This can't be done as things stand now",
        "Somebody may have been quicker. Look at the record again.",
    ),
    "precondition-failed": Refusal(
        "Somebody else changed this first",
        "Nothing was overwritten. Look at what is stored now and repeat your change.",
    ),
    "precondition-required": Refusal(
        "This form is too old to be taken", "Load the page again and repeat your change."
    ),
    "body-too-large": Refusal("This is too much at once", "At most 256 KB are taken. Send less."),
    "validation-failed": Refusal(
        "Some fields need your attention", "Nothing was saved. Go back and put them right."
    ),
    "rate-limited": Refusal("Too many tries", "Wait a moment, then try again."),
    "integrity-error": Refusal(
        "A stored value can't be trusted",
        "It was changed or moved behind the application's back. Tell your administrator the "
        "request's number.",
    ),
    "internal-error": Refusal(
        "Something went wrong on our side",
        "Nothing was saved. Try again; if it happens again, tell your administrator the "
        "request's number.",
    ),
    "unavailable": Refusal(
        "The service can't answer just now", "Nothing was saved. Try again in a few seconds."
    ),
}
REFUSALS |= {
    "duplicate": REFUSALS["conflict"],
    "invalid-transition": REFUSALS["conflict"],
    "audit-unavailable": REFUSALS["unavailable"],
    "legal-hold": REFUSALS["conflict"],
    "idempotency-in-progress": REFUSALS["unavailable"],
    "malformed-json": REFUSALS["bad-request"],
    "uri-too-long": REFUSALS["bad-request"],
    "headers-too-large": REFUSALS["bad-request"],
    "idempotency-key-required": REFUSALS["precondition-required"],
    "idempotency-key-reused": REFUSALS["precondition-required"],
    "unsupported-media-type": REFUSALS["precondition-required"],
    "not-acceptable": REFUSALS["bad-request"],
    "authentication-required": Refusal("You are signed out", "Sign in again to go on."),
    "mfa-required": Refusal("A code is needed", "Show a code of your authenticator to go on."),
}
#: Refusals whose own sentence says more than ours.
TELLING = frozenset(
    {
        *("conflict", "duplicate", "legal-hold", "invalid-transition", "bad-request"),
        *("rate-limited", "validation-failed"),
    }
)
#: Refusals after which what was sent isn't shown: it may be somebody else's, or too much.
SILENT = frozenset({"csrf", "body-too-large"})
#: What is missing to be let in: title, what to do in another tab, and as whom, by its page.
MISSING = {
    "console.session.sign_in": (
        "You were signed out",
        "Sign in in another tab",
        ", as the same person",
    ),
    "console.second_factor.show": ("A code is needed", "Show a code in another tab", ""),
    "console.sites.show": ("Where are you working?", "Choose your site in another tab", ""),
}
