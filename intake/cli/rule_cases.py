"""`intake rules explain CASE`, `rules preview`: why did the rules say so, and what next?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import click

from intake.access import Permission
from intake.cli.acting import AS_HELP, SITE, Asked, acting
from intake.clinical.in_words import result_in_words
from intake.services import rule_reviews
from intake.services.rule_reviews import ChangedCase, Preview

NOUN = "recommendation"
# A case's reference or identifier.
CASE = re.compile(
    r"[Cc]-\d{4}-\d{4,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)


def told_case(wanted: str, *, email: str | None, site: str | None) -> str:
    """The stored reasoning of one case in words. Raises ClickException."""
    if email is None:
        raise click.UsageError("A case is a person's record: name who asks with --as EMAIL.")
    with acting(Asked(email, site, Permission.PLAN_READ, NOUN)) as (session, actor):
        found = rule_reviews.reasoning(session, wanted, actor=actor)
        computed = found.recommendation.computed_at.astimezone(ZoneInfo(actor.time_zone))
    said = [f"Case {found.reference}, computed on {computed:%Y-%m-%d at %H:%M}."]
    if found.recommendation.unsigned:
        drafts = ", ".join(found.recommendation.unsigned)
        said.append(f"Drafts that don't count until they are signed: {drafts}.")
    return "\n".join([*said, result_in_words(found.recommendation.result)])


@click.command()
@click.option("--version", "version", required=True, help="The rule set to try, such as KDS-1.0.")
@click.option("--as", "email", required=True, metavar="EMAIL", help=AS_HELP)
@SITE
@click.option("--json", "as_json", is_flag=True, help="For programs: one object.")
def preview(*, version: str, email: str, site: str | None, as_json: bool) -> None:
    """List past cases whose recommendation would change under another rule set.

    For clinical leads, before a version goes live: the stored inputs of every recommendation in
    force are evaluated again. Nothing is changed, and nobody is named.

    \b
    intake rules preview --version KDS-1.0 --as lead@example.com
    intake rules preview --version KDS-1.0 --as lead@example.com --json | jq '.changed[].case'
    """
    with acting(Asked(email, site, Permission.RULES_PREVIEW, NOUN)) as (session, _):
        found = rule_reviews.preview(session, version)
    if as_json:
        click.echo(json.dumps(_as_object(found), indent=1, ensure_ascii=False))
        return
    for one in found.changed:
        for line in _as_lines(one):
            click.echo(line)
    click.echo(f"{len(found.changed)} of {found.compared} would change under {found.rule_set}.")


def _as_lines(one: ChangedCase) -> Iterator[str]:
    """A reference, and under it each place that would change."""
    yield f"{one.reference}  (now {one.rule_set})"
    if one.refused is not None:
        yield f"  can't be evaluated; wrong: {one.refused}"
    for change in one.changes:
        place = change.pointer.strip("/").removeprefix("recommendation/")
        yield f"  {place}: {_word(change.expected)} → {_word(change.given)}"


def _as_object(found: Preview) -> dict[str, object]:
    """The same for programs."""
    return {
        "rule_set": found.rule_set,
        "compared": found.compared,
        "changed": [
            {
                "case": one.reference,
                "rule_set": one.rule_set,
                "refused": one.refused,
                "changes": [
                    {"field": change.pointer, "before": change.expected, "after": change.given}
                    for change in one.changes
                ],
            }
            for one in found.changed
        ],
    }


def _word(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)
