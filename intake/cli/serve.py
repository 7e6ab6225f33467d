"""`intake serve`, `worker`, `beat`, `routes`, `openapi`: which server does each become?

Every command replaces itself by the real program (exec): signals and exit statuses are its own.
The command line imports neither Flask's application nor Celery.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from intake import config
from intake.cli.refusals import refusals
from intake.embedded.programs import PROJECT
from intake.embedded.state import adopt_local_stack


def become(program: str, *arguments: str) -> NoReturn:
    """Replace this process by a program of the same virtual environment, in the project's folder.

    Raises:
        ClickException: it isn't installed, or the folder with wsgi.py isn't there.
    """
    path = Path(sys.executable).with_name(program)
    folder = next((place for place in (PROJECT, Path.cwd()) if (place / "wsgi.py").exists()), None)
    if folder is None:
        raise click.ClickException("wsgi.py isn't here. Change to the project's folder first.")
    if not path.exists():
        raise click.ClickException(f"{path} is missing. Run: make run, or install requirements.txt")
    os.chdir(folder)
    os.execv(path, [str(path), *arguments])


def settings() -> config.Settings:
    """The settings, of the local stack when none are set. Raises ClickException (status 2)."""
    with refusals():
        adopt_local_stack()
        return config.load()


@click.command()
@click.option("--dev", is_flag=True, help="One process that reloads when code changes.")
def serve(*, dev: bool) -> None:
    """Serve the API with gunicorn.

    \b
    intake serve
    INTAKE_BIND=0.0.0.0 INTAKE_PORT=8080 intake serve
    """
    found = settings()
    click.echo(f"Intake ({found.environment}) on http://{found.bind}:{found.port}", err=True)
    options = ["--reload", "--workers=1"] if dev else []
    become("gunicorn", "--config", "deploy/gunicorn.conf.py", *options, "wsgi:app")


@click.command()
def worker() -> None:
    """Send what is due: the Celery worker.

    \b
    intake worker
    intake doctor --only worker
    """
    settings()
    # Workers of one queue have nothing to tell each other: gossip and mingle only slow the start.
    options = ("--concurrency=2", "--loglevel=INFO", "--without-gossip", "--without-mingle")
    become("celery", "--app=worker.celery_app", "worker", *options)


@click.command()
def beat() -> None:
    """Ring the worker at intervals: Celery beat.

    \b
    intake beat
    intake doctor --only worker
    """
    settings()
    # In memory: the schedule has intervals only, so nothing needs keeping over a restart, and a
    # killed beat leaves no half-written file that stops the next one.
    options = ("--loglevel=INFO", "--scheduler=celery.beat:Scheduler", "--pidfile=")
    become("celery", "--app=worker.celery_app", "beat", *options)


@click.command()
def routes() -> None:
    """Every path the API answers.

    \b
    intake routes
    intake routes | grep reminders
    """
    settings()
    become("flask", "--app", "wsgi", "routes")


@click.command()
@click.option("--paths", is_flag=True, help="The table of paths instead, as Markdown.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it to this file.")
def openapi(*, paths: bool, output: Path | None) -> None:
    """The OpenAPI 3.1 description of the API, as JSON.

    \b
    intake openapi
    intake openapi -o docs/openapi.json
    intake openapi --paths -o docs/api-paths.md
    """
    settings()
    options = ["--paths"] if paths else []
    if output is not None:
        options += ["--output", str(output.resolve())]
    become("flask", "--app", "wsgi", "contract", *options)
