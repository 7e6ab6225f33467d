"""`make bench`: which figures are there, and how do they stand beside their goals?"""

from __future__ import annotations

from bench import clinical

BENCHES = (clinical,)


def main() -> None:
    """Print one table; a figure above its goal is marked, and nothing fails."""
    print(f"{'µs of CPU on one core':<40}{'min':>9}{'median':>9}{'max':>9}{'goal':>9}")
    for bench in BENCHES:
        for one in bench.figures():
            mark = "" if one.middle <= one.goal else "  above its goal"
            numbers = f"{one.least:>9.1f}{one.middle:>9.1f}{one.most:>9.1f}{one.goal:>9.0f}"
            print(f"{one.what:<40}{numbers}{mark}")


if __name__ == "__main__":
    main()
