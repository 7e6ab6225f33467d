"""How do the README's pictures come to be? Demo people, a real browser, one file for each page.

    make screenshots

A database of its own is filled by `intake demo load` on a fixed morning. Nobody in it exists.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import sync_playwright

from intake.web import console
from tests.pictures.table import PICTURES
from tests.pictures.visitor import Visitor
from tests.support.browsing import CHROMIUM, NO_CHROMIUM, QUIET, listening
from tests.support.databases import cloned, made_template, run_intake, running
from tests.support.web import serving

TARGET = Path(__file__).parents[2] / "docs/img"
#: A Tuesday morning: some people are here, others are expected.
MOMENT = "2026-11-24T10:05:00+00:00"
PEOPLE = ("--cases", "60", "--seed", "7")
PATIENCE = 600
#: A README is read on telephones, too.
LARGEST = 150_000


def main() -> int:
    """Make all pictures, or those named; answers 1 when one of them is too large."""
    if CHROMIUM is None:
        sys.exit(NO_CHROMIUM)
    wanted = [one for one in PICTURES if not sys.argv[1:] or one.name in sys.argv[1:]]
    TARGET.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        services = stack.enter_context(running())
        database = stack.enter_context(cloned(services, made_template(services)))
        kept = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "staff.json"
        for order in (("seed", "--file", str(kept)), ("clock", MOMENT), ("load", *PEOPLE)):
            run_intake(
                "demo", *order, settings=database.environment, seconds=PATIENCE
            ).check_returncode()
        # As in production: no style guide in the menu.
        stack.enter_context(patch.object(console, "FOR_DEVELOPMENT", ()))
        web = stack.enter_context(serving(database))
        address = stack.enter_context(listening(web.app))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        stack.callback(browser.close)
        visitor = Visitor(browser, address, kept)
        sizes = {one.name: visitor.take(one, TARGET) for one in wanted}
    for name, size in sizes.items():
        sys.stdout.write(f"{size:>8} bytes  {name}.png\n")
    return int(max(sizes.values()) > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
