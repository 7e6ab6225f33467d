"""`intake run`, `stop`, `reset`: how does a person start, stop and empty the local stack?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from intake.cli.refusals import refusals
from intake.embedded import stack
from intake.embedded.layout import Layout
from intake.embedded.programs import default_root, product
from intake.errors import ConfigurationError

ROOT = click.option(
    "--root", type=click.Path(path_type=Path), help="The stack's folder. Default: .local"
)


def say(line: str) -> None:
    """One line for the person, at once, even when the output is a file."""
    click.echo(line)
    sys.stdout.flush()


@click.command()
@ROOT
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Of the API; 0 picks one. Default: 8000"
)
@click.option("--empty", is_flag=True, help="Invent nobody, even where there is nobody yet.")
def run(root: Path | None, port: int | None, *, empty: bool) -> None:
    """Run everything on this machine until Ctrl-C: servers, API, worker, local message gateway.

    An empty database gets a site with invented people to look at, once (`intake demo load`).

    \b
    intake run
    intake run --root /tmp/trial --port 8001 --empty
    """
    with refusals():
        layout = Layout.of(root or default_root())
        say(f"Starting Intake below {layout.root}")
        stack.run(layout, product(layout.root, people=not empty), port=port, say=say)


@click.command()
@ROOT
def stop(root: Path | None) -> None:
    """Stop what `intake run` started, from any terminal; the data stays.

    \b
    intake stop
    intake stop --root /tmp/trial
    """
    with refusals():
        layout = Layout.of(root or default_root())
        ran = stack.stop(layout)
    say("Stopped; nothing is left running." if ran else f"Nothing runs below {layout.root}.")


@click.command()
@ROOT
@click.option("--yes", is_flag=True, help="Don't ask.")
def reset(root: Path | None, *, yes: bool) -> None:
    """Stop the local stack and delete its data, keys and passwords.

    \b
    intake reset
    intake reset --yes
    """
    with refusals():
        layout = Layout.of(root or default_root())
        if not layout.root.exists():
            say(f"There is nothing to delete: no {layout.root}")
            return
        if not yes and not agrees(layout.root):
            raise click.Abort
        stack.discard(layout)
    say(f"Deleted {layout.root}. Begin again: make run")


def agrees(folder: Path) -> bool:
    """Whether the person at the terminal says yes. Raises ConfigurationError without a person."""
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"This deletes {folder} and nobody is here to confirm it. Run: intake reset --yes"
        )
    return click.confirm(f"Delete {folder} with its database, keys and passwords?")
