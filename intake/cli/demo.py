"""`intake demo …`: a site to try things out, a clinic clock to move, and the whole journey."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from intake import clock
from intake.cli import demo_people, journey, journey_report, stack
from intake.cli.demo_people import SignIn
from intake.cli.journey_progress import progress_for_person
from intake.cli.lazy import LazyGroup
from intake.cli.refusals import refusals
from intake.database import SET_SITE
from intake.embedded.programs import INTAKE, default_root
from intake.embedded.trial import empty_stack
from intake.errors import ConfigurationError, NotFound
from intake.models import Case, ClinicClock, Site

SITE = {
    "name": "Demo clinic",
    "time_zone": "Europe/London",
    "phone": "+441632960000",
    "sender_name": "Clinic",
}
INTERRUPTED = 130


@click.group(cls=LazyGroup, lazy={"load": "demo_loading:load"})
def demo() -> None:
    """Try the product with invented people.

    \b
    intake demo load
    intake demo journey
    """


@demo.command()
@click.option(
    "--file",
    "target",
    type=click.Path(path_type=Path),
    default=None,
    help="Where the passwords are kept, readable by you alone; default: beside the key ring.",
)
@click.option("--people", is_flag=True, help="Then `intake demo load`, while nobody is there.")
def seed(target: Path | None, *, people: bool) -> None:
    """Make the site Demo clinic with staff for each role, once.

    \b
    intake demo seed
    intake demo seed --people
    """
    with refusals():
        refuse_production()
        made = make_staff(target or staff_file())
        if made:
            tell_sign_ins(made, target or staff_file())
        if people and nobody_is_there():
            invent_people()


def invent_people() -> None:
    """Run `intake demo load`, in a process of its own: later starts needn't import the stories.

    The product works without them, so a failure is told and stops nothing.
    """
    sys.stdout.flush()
    if subprocess.run([INTAKE, "demo", "load"], check=False).returncode:
        click.echo("Nobody was invented, and everything else works. Again: intake demo load")


def make_staff(target: Path) -> dict[str, SignIn]:
    """The staff of the demo site, made and kept in that file; nobody where there is a site."""
    with stack.transaction() as session:
        if session.scalar(select(exists().select_from(Site))):
            return {}
        site = Site(**SITE)
        session.add(site)
        session.flush()
        people = demo_people.make(session, site.id)
        demo_people.keep(target, people)
        return people


def nobody_is_there() -> bool:
    """Whether the only site is the demo's, and has no case."""
    with stack.transaction() as session:
        sites = session.execute(select(Site.id, Site.name).limit(2)).all()
        if [site.name for site in sites] != [SITE["name"]]:
            return False
        session.execute(SET_SITE, {"site": str(sites[0].id)})
        return not session.scalar(select(exists().select_from(Case)))


def tell_sign_ins(people: dict[str, SignIn], target: Path) -> None:
    """Say who may sign in, and how."""
    click.echo(f"Demo clinic is ready. Sign in with (kept in {target}):")
    for email, one in people.items():
        click.echo(f"  {email:<28}{one.password}")
    click.echo("and a code of the second factor: intake demo code coordinator@example.com")


@demo.command("code")
@click.argument("email")
@click.option("--file", "source", type=click.Path(path_type=Path), default=None)
def show_code(email: str, source: Path | None) -> None:
    """Print the present code of a demo person's second factor. It works once, for a minute.

    \b
    intake demo code coordinator@example.com
    intake demo code lead@example.com --file .local/demo/staff.json
    """
    with refusals():
        refuse_production()
        source = source or staff_file()
        if not source.exists():
            raise ConfigurationError(f"{source} isn't there; `intake demo seed` makes it.")
        people = demo_people.read(source)
        if email not in people:
            raise NotFound("demo person")
        click.echo(people[email].code())


@demo.command("clock")
@click.argument("moment", required=False, type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]))
@click.option("--reset", is_flag=True, help="Back to the real time.")
def set_clock(moment: dt.datetime | None, *, reset: bool) -> None:
    """Set clinic time: everything a person would call a date. Machine time stays.

    \b
    intake demo clock 2027-01-11T10:00:00+00:00
    intake demo clock --reset
    """
    with refusals():
        refuse_production()
        if moment is None and not reset:
            raise click.UsageError("Give a moment with its offset, or --reset.")
        shift_clock(None if reset else moment)
    click.echo("Clinic time is set." if moment else "Clinic time is real time.", err=True)


@demo.command("journey")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="A folder of its own, emptied first. Default: .local/demo",
)
@click.option("--keep", is_flag=True, help="Keep it running afterwards, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one object.")
@click.pass_context
def run_journey(ctx: click.Context, root: Path | None, *, keep: bool, as_json: bool) -> None:
    """Take six invented people from referral to the last reminder, over HTTP, and compare.

    Nothing leaves this machine, and a stack of `make run` is not touched. Status 0: all is as
    expected; 1: something differs or a reminder was not accepted once; 2: it can't run.

    \b
    intake demo journey
    intake demo journey --json | jq .totals
    """
    folder, progress = root or default_root() / "demo", progress_for_person()
    progress.begin("Stack", 1)
    try:
        with refusals(), empty_stack(folder, journey.SETTINGS) as settings:
            progress.advance()
            outcome = journey.run(settings, set_clock=shift_clock, progress=progress)
            journey_report.show(outcome, as_json=as_json)
            if keep:
                keep_running(settings)
    except KeyboardInterrupt:
        click.echo("Interrupted. It begins anew: make demo", err=True)
        ctx.exit(INTERRUPTED)
    finally:
        progress.end()
    ctx.exit(0 if outcome.is_as_expected else 1)


def keep_running(settings: Mapping[str, str]) -> None:
    """Say where the stack is and wait for Ctrl-C."""
    kept = Path(settings["INTAKE_KEYS_FILE"]).with_name("staff.json")
    click.echo(f"It runs on: {settings['INTAKE_PUBLIC_URL']}. Sign in as: {kept}", err=True)
    click.echo("Ctrl-C stops it.", err=True)
    with suppress(KeyboardInterrupt):
        signal.pause()


def shift_clock(moment: dt.datetime | None) -> None:
    """Make clinic time be `moment` now; None takes the shift away."""
    with stack.worker_transaction() as session:
        if moment is None:
            session.execute(delete(ClinicClock))
            return
        row = {"singleton": True, "shift": moment - clock.machine_now()}
        session.execute(
            insert(ClinicClock)
            .values(row)
            .on_conflict_do_update(index_elements=["singleton"], set_={"shift": row["shift"]})
        )


def staff_file() -> Path:
    """Where the demo people's passwords and secrets are kept: beside the key ring."""
    return stack.settings().require_path("keys_file").parent / "staff.json"


def refuse_production() -> None:
    """Nothing here may touch a live service. Raises ConfigurationError."""
    if stack.settings().is_production:
        raise ConfigurationError(
            "`intake demo` works with INTAKE_ENV=development or test only; this is production."
        )
