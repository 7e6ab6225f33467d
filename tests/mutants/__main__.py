"""`make mutants`: remove one guard at a time from a copy, and see its tests fail.

The copy has servers and a virtual environment of its own, so that not even the product's commands
run the code of this folder. The last line is `killed N/N`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tests.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".local", "__pycache__", ".*_cache")
PROGRAM = "#!{python}\nimport sys\nfrom {module} import {name}\nsys.exit({name}())\n"
PROGRAMS = {"intake": ("intake.cli", "main"), "pytest": ("pytest", "console_main")}
NO_TEST_RAN = (4, 5)


def main() -> int:
    """Try every mutant, or those whose name holds a word of the command line."""
    wanted = [one for one in MUTANTS if all(word in one.name for word in sys.argv[1:])]
    killed = 0
    with tempfile.TemporaryDirectory(prefix="intake-mutants-") as folder:
        copy = Path(folder) / "intake"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED, symlinks=True)
        furnish(copy)
        try:
            for mutant in wanted:
                is_dead = is_killed(copy, mutant)
                killed += is_dead
                say(f"{'killed  ' if is_dead else 'SURVIVED'} {mutant.name}")
        finally:
            subprocess.run(
                [copy / ".venv/bin/intake", "stop", "--root", ".local/test"],
                cwd=copy,
                check=False,
                capture_output=True,
            )
    say(f"killed {killed}/{len(wanted)}")
    return int(killed != len(wanted))


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


def is_killed(copy: Path, mutant: Mutant) -> bool:
    """Whether a test fails without the guard; the guard is put back afterwards."""
    path = copy / mutant.path
    before = path.read_text(encoding="utf-8")
    if mutant.old not in before:
        raise SystemExit(f"{mutant.path} no longer holds what {mutant.name!r} removes")
    path.write_text(before.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        finished = subprocess.run(
            [
                copy / ".venv/bin/python", "-B", "-m", "pytest", "-x", "-q", "-p", "no:randomly",
                "-p", "no:cacheprovider", "-m", "not slow", *mutant.tests.split(),
            ],
            cwd=copy,
            check=False,
            capture_output=True,
            text=True,
        )  # fmt: skip
    finally:
        path.write_text(before, encoding="utf-8")
    if finished.returncode in NO_TEST_RAN:
        raise SystemExit(f"{mutant.name}: {finished.stdout[-2000:]}{finished.stderr[-2000:]}")
    return finished.returncode == 1


def say(line: str) -> None:
    """Tell at once how it goes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
