"""`make bench`: which figures are there, and how do they stand beside their goals?"""

from __future__ import annotations

from bench import boards, clinical

BENCHES = (clinical,)
GROWING = (boards,)


def main() -> None:
    """Print one table of figures and one of growths; what is above its goal is marked.

    Nothing fails.
    """
    print(f"{'µs of CPU on one core':<44}{'min':>9}{'median':>9}{'max':>9}{'goal':>9}")
    for bench in BENCHES:
        for one in bench.figures():
            mark = "" if one.middle <= one.goal else "  above its goal"
            numbers = f"{one.least:>9.1f}{one.middle:>9.1f}{one.most:>9.1f}{one.goal:>9.0f}"
            print(f"{one.what:<44}{numbers}{mark}")
    for growing in GROWING:
        print(
            f"\n{'ms, median at so many cases':<44}{_sizes(growing.SIZES)}{'ratio':>9}{'goal':>9}"
        )
        for row in growing.growths():
            mark = "" if row.ratio <= row.goal else "  above its goal"
            middles = "".join(f"{middle:>9.1f}" for middle in row.middles)
            print(f"{row.what:<44}{middles}{row.ratio:>9.2f}{row.goal:>9.1f}{mark}")


def _sizes(sizes: tuple[int, ...]) -> str:
    return "".join(f"{size:>9}" for size in sizes)


if __name__ == "__main__":
    main()
