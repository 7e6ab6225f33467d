"""Does `intake rules` evaluate, explain and compare files, and refuse bad ones with the fix?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from intake.cli import main
from intake.clinical.rules_page import rules_page
from intake.clinical.vignettes import shipped


def run(*arguments: str, text: str | None = None) -> Result:
    """`intake rules …` with `text` on standard input."""
    return CliRunner().invoke(main, ["rules", *arguments], input=text)


def vignettes() -> list[dict[str, Any]]:
    """The shipped worked examples."""
    found: list[dict[str, Any]] = json.loads(shipped())["vignettes"]
    return found


def an_intake() -> dict[str, Any]:
    """A complete intake."""
    found: dict[str, Any] = vignettes()[0]["intake"]
    return found


def test_one_intake_gives_one_object_like_the_expected_one() -> None:
    result = run("evaluate", "-", "--json", text=json.dumps(an_intake(), indent=1))

    assert result.exit_code == 0
    given = json.loads(result.stdout)
    assert given.pop("explain")
    assert given == vignettes()[0]["expected"]


def test_a_file_is_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "intake.json"
    file.write_text(json.dumps(an_intake()), encoding="utf-8")

    result = run("evaluate", str(file), "--json")

    assert json.loads(result.stdout)["recommendation"]["recommended_setting"] == "inpatient"


def test_one_intake_per_line_gives_one_object_per_line() -> None:
    text = "\n".join(json.dumps(one["intake"]) for one in vignettes())

    result = run("evaluate", "-", "--json", text=text + "\n")

    assert result.exit_code == 0
    points = [json.loads(line)["recommendation"]["total_points"] for line in lines(result)]
    assert points == [18, 4, 0, 20, 13, 9, 23]


def lines(result: Result) -> list[str]:
    """The lines on standard output."""
    return result.stdout.splitlines()


def test_a_bad_line_is_refused_and_the_others_are_evaluated() -> None:
    bad = an_intake()
    bad["instruments"]["phq9"] = [1.9] * 9
    text = "\n".join([json.dumps(an_intake()), "{oops}", json.dumps(bad), json.dumps(an_intake())])

    result = run("evaluate", "-", "--json", text=text)

    first, malformed, invalid, last = map(json.loads, lines(result))
    assert result.exit_code == 4
    assert first == last
    assert (malformed["error"], malformed["line"]) == ("malformed-json", 2)
    assert (invalid["error"], invalid["line"]) == ("validation-failed", 3)
    assert "/instruments/phq9/8" in invalid["detail"]
    assert set(invalid) == {"error", "line", "detail"}
    assert "2 of 4 inputs were refused" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a": 1, "a": 2}',
        '{"substance_use": NaN}',
        "[]",
        '{"a": ' + "9" * 5000 + "}",
        '{"instruments": {"\\ud800": [1]}}',
        "\ufeff{}",
    ],
    ids=["deep", "repeated key", "NaN", "list", "long number", "surrogate", "byte order mark"],
)
def test_a_hostile_input_is_refused_and_never_crashes(text: str) -> None:
    result = run("evaluate", "-", "--json", text=text)

    assert result.exit_code == 4
    assert json.loads(result.stdout)["error"] in {"malformed-json", "validation-failed"}


def test_a_single_incomplete_intake_ends_with_status_4_and_names_what_is_missing() -> None:
    intake = an_intake()
    del intake["instruments"]["cssrs"]
    intake["physical"]["fever"] = "unknown"

    result = run("evaluate", "-", "--json", text=json.dumps(intake))

    given = json.loads(result.stdout)
    assert result.exit_code == 4
    assert given["status"] == "incomplete"
    assert given["missing"] == given["recommendation"]["missing"] == ["cssrs", "fever"]
    assert given["recommendation"]["recommended_setting"] is None


def test_an_incomplete_intake_among_others_is_no_failure() -> None:
    intake = an_intake()
    del intake["instruments"]["cssrs"]

    result = run("evaluate", "-", "--json", text=f"{json.dumps(intake)}\n{json.dumps(intake)}")

    assert result.exit_code == 0
    assert [json.loads(line)["status"] for line in lines(result)] == ["incomplete"] * 2


def test_without_json_one_line_tells_the_suggestion() -> None:
    result = run("evaluate", "-", text=json.dumps(an_intake()))

    assert result.stdout == "Suggested: inpatient treatment. Alerts: none.\n"


@pytest.mark.parametrize("text", ["", "  \n\n", shipped()], ids=["empty", "blank", "examples"])
def test_a_file_of_the_wrong_kind_is_a_usage_error(text: str) -> None:
    result = run("evaluate", "-", text=text)

    assert result.exit_code == 2
    assert "Error" in result.stderr


def test_the_shipped_examples_show_no_difference() -> None:
    result = run("test")

    assert result.exit_code == 0
    assert "7 examples, 0 differences" in result.stdout


def test_differences_are_listed_by_example_and_place(tmp_path: Path) -> None:
    examples = vignettes()[:2]
    examples[0]["expected"]["recommendation"]["total_points"] = 17
    examples[1]["expected"]["follow_up"][0]["due_by"] = "2027-01-21"
    examples[1]["expected"]["follow_up"][0]["label"] = "labels are free text"
    file = tmp_path / "examples.json"
    file.write_text(json.dumps({"vignettes": examples}), encoding="utf-8")

    result = run("test", str(file))

    assert result.exit_code == 1
    assert lines(result) == [
        "V01 /recommendation/total_points: expected 17, got 18",
        "V02 /follow_up/O1/due_by: expected '2027-01-21', got '2027-01-20'",
        "2 examples, 2 differences",
    ]


def test_the_order_of_lists_is_no_difference(tmp_path: Path) -> None:
    example = vignettes()[3]
    for key in ("alerts", "follow_up"):
        example["expected"][key].reverse()
    example["expected"]["recommendation"]["points"].reverse()
    file = tmp_path / "examples.json"
    file.write_text(json.dumps({"vignettes": [example]}), encoding="utf-8")

    result = run("test", str(file))

    assert result.exit_code == 0


@pytest.mark.parametrize(
    "text", ["{}", "[1]", "oops", '{"vignettes": 3}'], ids=["no list", "no objects", "text", "no"]
)
def test_a_file_without_examples_is_a_usage_error(text: str) -> None:
    result = run("test", "-", text=text)

    assert result.exit_code == 2


def test_the_reasoning_is_told_in_words() -> None:
    result = run("explain", "-", text=json.dumps(vignettes()[3]["intake"]))

    assert result.exit_code == 0
    assert "Decision support, not validated; the clinician decides." in result.stdout
    assert "W11     +2  Kidneys or liver are affected" in result.stdout
    assert "egfr 52" in result.stdout
    assert "enhanced monitoring by telephone" in result.stdout


def test_the_page_for_reviewers_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "clinical-rules.md"

    assert page.read_text(encoding="utf-8") == rules_page(), (
        "The rules changed: run `intake rules document -o docs/clinical-rules.md`."
    )


def test_the_page_can_be_written_and_printed(tmp_path: Path) -> None:
    file = tmp_path / "rules.md"

    written, printed = run("document", "-o", str(file)), run("document")

    assert written.exit_code == printed.exit_code == 0
    assert file.read_text(encoding="utf-8") == printed.stdout


@pytest.mark.parametrize("command", ["evaluate", "explain", "test", "document"])
def test_each_command_shows_two_examples(command: str) -> None:
    result = run(command, "--help")

    shown = [line for line in lines(result) if "intake rules " in line and "Usage" not in line]
    assert len(shown) == 2
