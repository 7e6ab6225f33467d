"""`intake keys …`: the key ring that keeps personal data unreadable."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from intake.cli import key_file, stack
from intake.cli.refusals import refusals
from intake.crypto import RINGS, generate_keyring
from intake.services import key_rotation

# Longer than the longest request: statement 5 s, idle in a transaction 10 s.
SETTLE_SECONDS = 15.0
BUSY_SECONDS = 0.2
WHAT = {
    "kek": "wrapped data keys",
    "index": "look-up tokens",
    "audit": "audit events",
    "application": "sealed values",
}


@click.group()
def keys() -> None:
    """The key ring.

    \b
    intake keys generate secrets/keys.toml
    intake keys status
    intake keys rotate kek
    """


@keys.command()
@click.argument("path", type=click.Path(path_type=Path))
def generate(path: Path) -> None:
    """Write a new key ring that only you can read; an existing file is never replaced.

    \b
    intake keys generate secrets/keys.toml
    intake keys generate ~/keys.toml
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(
            f"{path} exists; without its keys nothing sealed can be read again."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(generate_keyring())
    click.echo(f"Key ring written to {path}. Keep a copy somewhere safe.", err=True)


@keys.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(*, as_json: bool) -> None:
    """Each ring: which key is in use, which are kept, and how often each is used. No secrets.

    \b
    intake keys status
    intake keys status --json | jq '.kek.used'
    """
    with refusals():
        found = _status()
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, ring in found.items():
        used = ring["used"]
        told = ", ".join(
            f"{number}{' (in use)' if number == ring['active'] else ''}"
            + (f": {used.get(str(number), 0)} {WHAT[name]}" if used is not None else "")
            for number in ring["keys"]
        )
        click.echo(f"{name:12} {told}")


@keys.command()
@click.argument("ring", type=click.Choice(RINGS))
def add(ring: str) -> None:
    """Put a new key into the file without using it: first step of a rotation on several hosts.

    Running processes read the file again with their next transaction.

    \b
    intake keys add kek
    intake keys add audit
    """
    with refusals():
        _refuse_index(ring)
        number = key_file.add(_path(), ring)
        _note("add", ring)
    click.echo(f"Key {number} of [{ring}] is in {_path()}, not yet in use.", err=True)


@keys.command()
@click.argument("ring", type=click.Choice(RINGS))
@click.argument("number", type=int)
def activate(ring: str, number: int) -> None:
    """Use a key from now on. Every process must have it by then, or it answers 503.

    \b
    intake keys activate kek 2
    intake keys activate application 2
    """
    with refusals():
        _refuse_index(ring)
        key_file.activate(_path(), ring, number)
        _note("activate", ring)
    click.echo(f"Key {number} of [{ring}] is in use.", err=True)


@keys.command()
def rewrap() -> None:
    """Wrap all data keys with the key-encryption key in use; may be interrupted and repeated.

    \b
    intake keys rewrap
    intake keys rewrap && intake keys status
    """
    with refusals():
        moved = _rewrap()
    click.echo(f"{moved} data keys are wrapped with key {stack.keyring().kek.active}.", err=True)


@keys.command()
@click.argument("ring", type=click.Choice(RINGS))
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=SETTLE_SECONDS,
    show_default=True,
    help="Seconds between adding and using: longer than any transaction that began before.",
)
def rotate(ring: str, wait: float) -> None:
    """Add a new key, wait, use it, and for `kek` rewrap every data key. For a single host.

    With several hosts: `add` on one, copy the file to all, `activate`, copy again, `rewrap`.

    \b
    intake keys rotate kek
    intake keys rotate audit --wait 30
    """
    with refusals():
        _refuse_index(ring)
        number = key_file.add(_path(), ring)
        click.echo(f"Key {number} added; waiting {wait:g} s for requests under way.", err=True)
        time.sleep(wait)
        key_file.activate(_path(), ring, number)
        _note("rotate", ring)
        if ring == "kek":
            click.echo(f"{_rewrap()} data keys rewrapped.", err=True)
    click.echo(f"Key {number} of [{ring}] is in use; the old one is kept.", err=True)


@keys.command()
@click.argument("ring", type=click.Choice(RINGS))
@click.argument("number", type=int)
def remove(ring: str, number: int) -> None:
    """Take a key that nothing needs any more out of the file. It can't be brought back.

    \b
    intake keys remove kek 1
    intake keys status && intake keys remove kek 1
    """
    with refusals():
        used = _status()[ring]["used"]
        left = None if used is None else used.get(str(number), 0)
        if left != 0:
            what = "everything" if left is None else f"{left} {WHAT[ring]}"
            raise click.ClickException(f"Key {number} of [{ring}] is still needed by {what}.")
        key_file.remove(_path(), ring, number)
        _note("remove", ring)
    click.echo(f"Key {number} of [{ring}] is gone. Backups made before it still need it.", err=True)


def _path() -> Path:
    return stack.settings().require_path("keys_file")


def _refuse_index(ring: str) -> None:
    """Look-up tokens can't be told apart by key. Raises ClickException."""
    if ring == "index":
        raise click.ClickException(
            "The index key can't be rotated: every look-up token of every person would have to be "
            "built anew while nobody registers anybody. No command does that yet."
        )


def _note(act: str, ring: str) -> None:
    """The change's own event."""
    with stack.transaction() as session:
        key_rotation.note_change(session, act, ring)


def _status() -> dict[str, dict[str, Any]]:
    """Per ring: active, keys, used by number."""
    ring_of, kek, application = stack.keyring(), Counter[int](), Counter[int]()
    with stack.transaction() as session:
        places, events = key_rotation.sites(session), key_rotation.audit_keys(session)
        key_rotation.note_status(session)
    for place in places:
        with stack.transaction(place) as session:
            here = key_rotation.use_here(session)
        kek.update(here.kek)
        application.update(here.application)
    used = {"kek": kek, "index": None, "audit": events, "application": application}
    return {
        name: {
            "active": getattr(ring_of, name).active,
            "keys": sorted(getattr(ring_of, name).keys),
            "used": None if count is None else {str(n): count[n] for n in sorted(count)},
        }
        for name, count in used.items()
    }


def _rewrap() -> int:
    """Site by site, batch by batch, each in its own transaction."""
    with stack.transaction() as session:
        places = key_rotation.sites(session)
    total = 0
    for place in places:
        while True:
            with stack.transaction(place) as session:
                moved = key_rotation.rewrap(session)
                left = key_rotation.left_here(session) if not moved else 1
            total += moved
            if not left:
                break
            if not moved:
                time.sleep(BUSY_SECONDS)  # the rest is being changed by somebody right now
            elif total % 1000 < moved:
                click.echo(f"{total} …", err=True)
    return total
