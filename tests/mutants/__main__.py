"""`make mutants`: remove one guard at a time from a copy, and see its tests fail.

The copy has servers and a virtual environment of its own, so that not even the product's commands
run the code of this folder. Before anything is removed all tests must pass there. A mutant is
killed when a test it names fails by what it asserts: one that can't begin has noticed nothing.
The last line is `killed N/N`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from pathlib import Path

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".local", "__pycache__", ".*_cache")
PROGRAM = "#!{python}\nimport sys\nfrom {module} import {name}\nsys.exit({name}())\n"
PROGRAMS = {"intake": ("intake.cli", "main"), "pytest": ("pytest", "console_main")}
FAILED = "FAILED tests/"
TOO_LONG = "Failed: Timeout"
#: So that pytest's lines hold the reason too.
WIDE = {"COLUMNS": "240"}


def main() -> int:
    """Try every mutant, or those whose name holds a word of the command line."""
    wanted = [one for one in MUTANTS if all(word in one.name for word in sys.argv[1:])]
    killed = 0
    with tempfile.TemporaryDirectory(prefix="intake-mutants-") as folder:
        copy = Path(folder) / "intake"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED, symlinks=True)
        furnish(copy)
        try:
            refuse_stale(copy, wanted)
            for mutant in wanted:
                witness = killer(copy, mutant)
                killed += witness is not None
                say(
                    f"SURVIVED {mutant.name}"
                    if witness is None
                    else f"killed   {mutant.name}\n         by {witness}"
                )
        finally:
            subprocess.run(
                [copy / ".venv/bin/intake", "stop", "--root", ".local/test"],
                cwd=copy,
                check=False,
                capture_output=True,
            )
    say(f"killed {killed}/{len(wanted)}")
    return int(killed != len(wanted) or not wanted)


def furnish(copy: Path) -> None:
    """A virtual environment that finds the copy first, and then what is installed here."""
    venv.create(copy / ".venv", with_pip=False, symlinks=True)
    programs = copy / ".venv" / "bin"
    installed = next(path for path in sys.path if path.endswith("site-packages"))
    own = next((copy / ".venv").glob("lib/python*/site-packages"))
    (own / "copy.pth").write_text(f"{copy}\nimport site; site.addsitedir({installed!r})\n")
    for name, (module, function) in PROGRAMS.items():
        program = programs / name
        program.write_text(PROGRAM.format(python=programs / "python", module=module, name=function))
        program.chmod(0o755)
    for program in Path(sys.executable).parent.iterdir():
        if not (programs / program.name).exists():
            (programs / program.name).symlink_to(program)


def refuse_stale(copy: Path, wanted: list[Mutant]) -> None:
    """Stop at once when a guard isn't where the table says, or its tests fail with it in place."""
    for mutant in wanted:
        if mutant.old not in (copy / mutant.path).read_text(encoding="utf-8"):
            raise SystemExit(f"{mutant.path} no longer holds what {mutant.name!r} removes")
    named = sorted({test for mutant in wanted for test in mutant.tests})
    finished = run_tests(copy, named)
    if finished.returncode != 0:
        raise SystemExit(f"With every guard in place the tests fail:\n{finished.stdout[-4000:]}")


def killer(copy: Path, mutant: Mutant) -> str | None:
    """The test that fails without the guard, and why; the guard is put back afterwards."""
    path = copy / mutant.path
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        finished = run_tests(copy, mutant.tests)
    finally:
        path.write_text(before, encoding="utf-8")
    failed = [line for line in finished.stdout.splitlines() if line.startswith(FAILED)]
    if finished.returncode != 0 and (not failed or TOO_LONG in failed[0]):
        raise SystemExit(f"{mutant.name}: {finished.stdout[-2000:]}{finished.stderr[-2000:]}")
    return failed[0].removeprefix(FAILED) if failed else None


def run_tests(copy: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """These tests against the copy as it stands, up to the first that fails."""
    return subprocess.run(
        [
            copy / ".venv/bin/python", "-B", "-m", "pytest", "-x", "-q", "-p", "no:randomly",
            "-p", "no:cacheprovider", "-m", "not slow", "-r", "fE", "--timeout=600",
            *(f"tests/{test}" for test in tests),
        ],
        cwd=copy,
        env=os.environ | WIDE,
        check=False,
        capture_output=True,
        text=True,
    )  # fmt: skip


def say(line: str) -> None:
    """Tell at once how it goes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
