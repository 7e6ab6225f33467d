"""Which page did a person want before they had to sign in? Only an address of our own is taken."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

NAME = "next"
#: In a form, beside the fields of its schema.
FIELD = "_next"
LONGEST = 500


def wanted() -> str:
    """The page to go to afterwards, from the address or the form; empty when there is none."""
    said = request.form.get(FIELD, "") or request.args.get(NAME, "")
    return said if is_ours(said) else ""


def is_ours(address: str) -> bool:
    """Whether it is a path here: no host, no scheme, nothing that a browser reads as one."""
    if len(address) > LONGEST or not address.startswith("/") or address.startswith(("//", "/\\")):
        return False
    if any(not letter.isprintable() or letter == "\\" for letter in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and not address.startswith("/sign-")
