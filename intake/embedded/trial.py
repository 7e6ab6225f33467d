"""How does a trial get an empty stack of its own, and this process the settings of it?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from intake.embedded import stack
from intake.embedded.account import make_root
from intake.embedded.layout import Layout
from intake.embedded.lock import try_exclusive
from intake.errors import ConfigurationError

#: A file in the root of a trial: what lies beside it may be deleted without asking.
MARK = "trial.txt"
MARK_TEXT = "Made by `intake demo journey`, which deletes this folder whenever it begins.\n"


@contextmanager
def empty_stack(root: Path, defaults: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A whole stack that was empty when the block began and is stopped when it ends.

    Its data stay until the next trial. While the block runs this process has the stack's settings,
    so that what `intake` offers in a terminal can be called as functions.

    Args:
        root: the trial's own folder.
        defaults: settings for its programs where the environment names none.

    Raises:
        ConfigurationError: the folder holds something else, a trial runs there already, or the
            stack doesn't come up.
    """
    layout = Layout.of(root)
    # Beside the root, because the root goes when the stack is emptied.
    with try_exclusive(layout.root.with_name(f".{layout.root.name}.lock")) as ours:
        if not ours:
            raise ConfigurationError(f"A trial runs below {layout.root} already; let it finish.")
        refuse_other_data(layout.root)
        stack.discard(layout)
        make_root(layout)
        (layout.root / MARK).write_text(MARK_TEXT, encoding="utf-8")
        before = dict(os.environ)
        os.environ.update({name: value for name, value in defaults.items() if name not in before})
        try:
            with stack.running(layout.root) as settings:
                os.environ.update(settings)
                for name in settings:  # a value given as a file would win
                    os.environ.pop(f"{name}_FILE", None)
                yield settings
        finally:
            os.environ.clear()
            os.environ.update(before)


def refuse_other_data(root: Path) -> None:
    """Raises ConfigurationError when the folder holds anything but an earlier trial."""
    if root.exists() and any(root.iterdir()) and not (root / MARK).is_file():
        raise ConfigurationError(
            f"{root} holds something that is not a trial, and a trial begins with an empty folder. "
            "Name another one: intake demo journey --root FOLDER"
        )
