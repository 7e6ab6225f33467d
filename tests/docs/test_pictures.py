"""Are the README's pictures there, small, and told in words?"""

from __future__ import annotations

import re
from pathlib import Path

from tests.pictures.__main__ import LARGEST, TARGET
from tests.pictures.table import PICTURES

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_each_is_there_and_small() -> None:
    sizes = {one.name: (TARGET / f"{one.name}.png").stat().st_size for one in PICTURES}

    assert {one.stem for one in TARGET.iterdir()} == sizes.keys()
    assert max(sizes.values()) <= LARGEST


def test_each_is_shown_with_words_for_who_does_not_see_it() -> None:
    shown = dict(re.findall(r"!\[([^\]]{20,})\]\(docs/img/([a-z-]+)\.png\)", README))
    named = set(shown.values()) | set(
        re.findall(r'<img src="docs/img/([a-z-]+)\.png"[^>]* alt="[^"]{20,}"', README)
    )

    assert named == {one.name for one in PICTURES}
