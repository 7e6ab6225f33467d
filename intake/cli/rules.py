"""`intake rules …`: what do the clinical rules say about a file, and why?

Only what names a case, or looks at past ones, needs a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

from intake.cli.acting import AS_HELP, SITE
from intake.cli.rule_cases import CASE, preview, told_case
from intake.clinical.evaluation import Evaluation, evaluate
from intake.clinical.in_words import in_one_line, in_words
from intake.clinical.rules_page import rules_page
from intake.clinical.vignettes import differences, shipped
from intake.errors import ValidationFailed

DIFFERENT, UNUSABLE, PARTIAL = 1, 2, 4
INPUT = click.File("r", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Line:
    """One input of a file: its line, and either the object or the sentence that refuses it."""

    number: int
    value: dict[str, object] | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: an evaluation, or an error object for the output."""

    evaluation: Evaluation | None
    error: dict[str, object] | None = None


rules = click.Group(
    "rules", help="Evaluate intakes by the rule set, compare worked examples, read the reasons."
)


rules.add_command(preview)


@rules.command("evaluate")
@click.argument("file", type=INPUT)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per input.")
@click.pass_context
def evaluate_command(ctx: click.Context, file: IO[str], *, as_json: bool) -> None:
    """Evaluate an intake, or one per line (NDJSON); FILE may be - for standard input.

    Status 4: a line was refused (the others are still evaluated), or a single intake is
    incomplete.

    \b
    intake rules evaluate intake.json --json
    cat intakes.ndjson | intake rules evaluate - --json
    """  # click wants the backspace character itself
    lines, is_single = read_lines(_text(file))
    outcomes = [outcome_of(line) for line in lines]
    for outcome in outcomes:
        if as_json:
            body = outcome.evaluation.as_dict() if outcome.evaluation else outcome.error
            click.echo(json.dumps(body, ensure_ascii=False, indent=1 if is_single else None))
        else:
            _say(outcome, in_one_line)
    ctx.exit(_status(outcomes, is_single=is_single))


@rules.command()
@click.argument("what", metavar="FILE|CASE")
@click.option("--as", "email", default=None, metavar="EMAIL", help=f"For a case. {AS_HELP}")
@SITE
@click.pass_context
def explain(ctx: click.Context, what: str, *, email: str | None, site: str | None) -> None:
    """Tell the reasoning in words: for an intake in FILE (- for standard input), or as stored.

    \b
    intake rules explain intake.json
    intake rules explain C-2026-0417 --as lead@example.com
    """  # click wants the backspace character itself
    if CASE.fullmatch(what) and not Path(what).exists():
        click.echo(told_case(what, email=email, site=site), nl=False)
        return
    lines, is_single = read_lines(_text(INPUT.convert(what, None, ctx)))
    outcomes = [outcome_of(line) for line in lines]
    for outcome in outcomes:
        _say(outcome, in_words)
    ctx.exit(_status(outcomes, is_single=is_single))


@rules.command("test")
@click.argument("file", type=INPUT, required=False)
@click.pass_context
def test_command(ctx: click.Context, file: IO[str] | None) -> None:
    """Evaluate worked examples and report differences (status 1); without FILE the shipped ones.

    \b
    intake rules test
    intake rules test our-examples.json
    """  # click wants the backspace character itself
    examples = _examples(_text(file) if file else shipped())
    found = 0
    for number, example in enumerate(examples, 1):
        name = example.get("id", f"example {number}")
        for difference in differences(example):
            found += 1
            click.echo(f"{name} {difference}")
    click.echo(f"{len(examples)} examples, {found} differences")
    ctx.exit(DIFFERENT if found else 0)


@rules.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
def document(output: Path | None) -> None:
    """Write the rules as a page for reviewers, from the tables the engine reads.

    \b
    intake rules document
    intake rules document -o docs/clinical-rules.md
    """  # click wants the backspace character itself
    if output is None:
        click.echo(rules_page(), nl=False)
    else:
        output.write_text(rules_page(), encoding="utf-8")


def read_lines(text: str) -> tuple[list[Line], bool]:
    """The inputs of a file, and whether it is one object rather than one per line."""
    whole = _parse(text, 1)
    if whole.value is not None:
        return [whole], True
    numbered = [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not numbered:
        raise _Unusable("There is nothing to evaluate. Give an intake as a JSON object.")
    starts = [line.lstrip().startswith("{") for _, line in numbered]
    ends = [line.rstrip().endswith("}") for _, line in numbered]
    looks_like_lines = any(start and end for start, end in zip(starts, ends, strict=True))
    if not looks_like_lines:
        return [whole], True
    return [_parse(line, number) for number, line in numbered], False


def outcome_of(line: Line) -> Outcome:
    """Evaluate one input; a refused one becomes `{error, line, detail}`."""
    if line.value is None:
        return Outcome(None, _error("malformed-json", line.number, line.refusal))
    try:
        return Outcome(evaluate(line.value))
    except ValidationFailed as error:
        detail = " ".join(f"{one.pointer}: {one.message}" for one in error.fields)
        return Outcome(None, _error("validation-failed", line.number, detail))


def _error(code: str, line: int, detail: str) -> dict[str, object]:
    printable = detail.encode("utf-8", "backslashreplace").decode("utf-8")
    return {"error": code, "line": line, "detail": printable}


def _parse(text: str, number: int) -> Line:
    try:
        value = json.loads(
            text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        return Line(number, None, f"This is not a JSON object: {_reason(error)}.")
    if not isinstance(value, dict):
        return Line(number, None, "Give each intake as a JSON object.")
    if "vignettes" in value or "expected" in value:
        raise _Unusable("These are worked examples: use `intake rules test` for them.")
    return Line(number, value)


def _reason(error: ValueError | RecursionError) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error).rstrip(".")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def _examples(text: str) -> list[dict[str, object]]:
    try:
        data = json.loads(text)
        examples = data["vignettes"] if isinstance(data, dict) else data
    except (ValueError, RecursionError, KeyError) as error:
        raise _Unusable("FILE must be JSON with a list `vignettes`.") from error
    if not isinstance(examples, list) or not all(isinstance(one, dict) for one in examples):
        raise _Unusable("FILE must hold a list of examples with `intake` and `expected`.")
    return examples


def _text(file: IO[str]) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise _Unusable("FILE must be UTF-8 text.") from error


def _say(outcome: Outcome, words: Callable[[Evaluation], str]) -> None:
    if outcome.evaluation:
        click.echo(words(outcome.evaluation))
    elif outcome.error:
        click.echo(f"Line {outcome.error['line']} was refused: {outcome.error['detail']}", err=True)


def _status(outcomes: list[Outcome], *, is_single: bool) -> int:
    refused = [outcome for outcome in outcomes if outcome.evaluation is None]
    if refused:
        click.echo(f"{len(refused)} of {len(outcomes)} inputs were refused.", err=True)
        return PARTIAL
    incomplete = any(one.evaluation and one.evaluation.status == "incomplete" for one in outcomes)
    return PARTIAL if is_single and incomplete else 0


class _Unusable(click.ClickException):
    """The file as a whole can't be used: status 2."""

    exit_code = UNUSABLE
