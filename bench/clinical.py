"""What do scoring a form and evaluating a whole intake cost? Goals: 50 µs and 2 ms on one core."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench.slices import Figure, measured
from intake.clinical import instruments
from intake.clinical.evaluation import evaluate
from intake.clinical.scoring import score
from intake.clinical.vignettes import shipped

ANSWERS = (1, 2, 3, 0, 1, 2, 3, 0, 1)


def figures() -> Iterator[Figure]:
    """A nine-item form; the worked example with the most rules, from its JSON to its reasons."""
    form = instruments.get("phq9")
    yield measured("score a nine-item form", lambda: score(form, ANSWERS), times=2000, goal=50)
    intake = max(
        (one["intake"] for one in json.loads(shipped())["vignettes"]),
        key=lambda one: len(str(evaluate(one).as_dict())),
    )
    yield measured(
        "evaluate an intake, reasons included",
        lambda: evaluate(intake).as_dict(),
        times=100,
        goal=2000,
    )
