"""`make fuzz`: pytest lends the application; the last line counts requests and failures."""

from __future__ import annotations

import sys

import pytest

ENOUGH = 20_000


def main() -> int:
    """Run it; the exit status says whether there were enough cases and no failure."""
    status = pytest.main(["-q", "-s", "-p", "no:randomly", "--no-header", "tests/hostile/fuzz.py"])
    found = sys.modules["tests.hostile.fuzz"].total
    for name, example in found.examples.items():
        print(f"\n{name} ({found.failures[name]})\n{example}")  # noqa: T201 - the command's answer
    print(found)  # noqa: T201 - the command's answer
    return int(status != 0 or found.cases < ENOUGH or bool(found.failures))


if __name__ == "__main__":
    sys.exit(main())
