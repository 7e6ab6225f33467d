"""`intake keys …`: the key ring that keeps personal data unreadable."""

from __future__ import annotations

import os
from pathlib import Path

import click

from intake.crypto import generate_keyring


@click.group()
def keys() -> None:
    """The key ring.

    \b
    intake keys generate secrets/keys.toml
    intake keys generate --help
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
