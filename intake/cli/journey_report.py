"""What did the journey find? One JSON object, or words with what differs at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from intake.cli.journey import Outcome
from intake.cli.journey_reminders import ARRIVED
from intake.cli.journey_steps import Journey, codes
from intake.clinical.vignettes import Difference

Line = dict[str, object]


def show(outcome: Outcome, *, as_json: bool) -> None:
    """Print the report on standard output."""
    console = Console()
    if as_json:
        click.echo(json.dumps(as_object(outcome), indent=1))
    elif console.is_terminal:
        console.print(*map(_card, outcome.journeys), sep="\n")
        click.echo(_summary(outcome))
    else:
        for journey in outcome.journeys:
            told = (f"{name}: {cell}" for name, cell in _cells(journey).items())
            click.echo("; ".join([journey.id, *told]))
        click.echo(_summary(outcome))


def as_object(outcome: Outcome) -> Line:
    """The report as an object; its keys are stable.

    `journeys[]`: `id, title, case, scores, bands, recommended_setting, feasible_setting,
    chosen_setting, override_code, alerts, appointments[], reminders[], audit_events`;
    `totals`: numbers; `differences[]`: `journey` (null for all), `pointer, expected, given`.
    """
    return {
        "journeys": [_journey(one) for one in outcome.journeys],
        "totals": _totals(outcome),
        "differences": [
            {"journey": name, "pointer": one.pointer, "expected": one.expected, "given": one.given}
            for name, one in _differences(outcome)
        ],
    }


def _journey(journey: Journey) -> Line:
    result, scores = journey.recommendation["result"], _scores(journey)
    plan = journey.plan
    return {
        "id": journey.id,
        "title": journey.vignette["title"],
        "case": journey.reference,
        "scores": {name: score["total"] for name, score in scores.items()},
        "bands": {name: score["band"] for name, score in scores.items()},
        "recommended_setting": result["recommendation"]["recommended_setting"],
        "feasible_setting": result["recommendation"]["feasible_setting"],
        "chosen_setting": plan["chosen_setting"],
        "override_code": plan["override_code"],
        "alerts": codes(journey.alerts),
        "appointments": [
            {"follow_up": one["code"], "kind": one["kind"], "local_start": one["local_start"]}
            for one in journey.appointments
        ],
        "reminders": [
            {"kind": one["kind"], "send_after": one["send_after"], "state": one["state"]}
            for one in journey.reminders
        ],
        "audit_events": journey.audit_events,
    }


def _scores(journey: Journey) -> dict[str, dict[str, object]]:
    """Total and band of each instrument, in the order in which they were given."""
    scores = journey.recommendation["result"]["scores"]
    return {name: scores[name] for name in journey.vignette["intake"]["instruments"]}


def _totals(outcome: Outcome) -> dict[str, int]:
    reminders = [one for journey in outcome.journeys for one in journey.reminders]
    return {
        "journeys": len(outcome.journeys),
        "reminders_due": len(reminders),
        "accepted": sum(one["state"] == ARRIVED for one in reminders),
        "messages_at_the_gateway": len(outcome.messages),
        "repeats_collapsed": sum(one["repeats"] for one in outcome.messages),
        "audit_events": sum(one.audit_events for one in outcome.journeys),
        "differences": len(list(_differences(outcome))),
    }


def _differences(outcome: Outcome) -> Iterator[tuple[str | None, Difference]]:
    for journey in outcome.journeys:
        yield from ((journey.id, one) for one in journey.differences)
    yield from ((None, one) for one in outcome.sending)


def _card(journey: Journey) -> Group:
    """One journey on a terminal, readable from 80 columns on."""
    heading = Text.assemble((journey.id, "bold"), f"  {journey.vignette['title']}")
    rows = Table.grid(padding=(0, 2))
    rows.add_column(min_width=14, justify="right", style="dim")
    rows.add_column(overflow="fold")
    for name, cell in _cells(journey).items():
        rows.add_row(name, cell)
    return Group(heading, rows)


def _cells(journey: Journey) -> dict[str, str]:
    """What is told of a journey, by its name."""
    line, override = _journey(journey), journey.plan["override_code"]
    scores = (
        f"{name} {score['band'] if score['total'] is None else score['total']}"
        for name, score in _scores(journey).items()
    )
    return {
        "case": journey.reference,
        "scores": ", ".join(scores),
        "recommended": str(line["recommended_setting"]),
        "feasible": str(line["feasible_setting"]),
        "chosen": str(line["chosen_setting"]) + (f" ({override})" if override else ""),
        "alerts": ", ".join(codes(journey.alerts)) or "none",
        "booked": ", ".join(
            f"{one['code']} {one['local_start'].replace('T', ' ')}" for one in journey.appointments
        ),
        "reminders": ", ".join(f"{one['kind']} {one['state']}" for one in journey.reminders),
        "audit events": str(journey.audit_events),
    }


def _summary(outcome: Outcome) -> str:
    totals = _totals(outcome)
    first = (
        f"{totals['journeys']} journeys, {totals['reminders_due']} reminders due, "
        f"{totals['accepted']} accepted, {totals['messages_at_the_gateway']} messages at the "
        f"gateway ({totals['repeats_collapsed']} repeats collapsed), "
        f"{totals['differences']} differences"
    )
    return "\n".join([first, *(f"{name or 'all'} {one}" for name, one in _differences(outcome))])
