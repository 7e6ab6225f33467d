"""Is an operator's wording taken whole or not at all?"""

from __future__ import annotations

import pytest

from intake.clinical.instruments import get
from intake.clinical.operator_wording import cssrs_wording, read_wording, with_wording
from intake.clinical.scoring import score
from intake.errors import ConfigurationError

IDS = ("q1", "q2", "q3", "q4", "q5", "q6_lifetime", "q6_past_3_months")


def a_file(*, instrument: str = "cssrs", ids: tuple[str, ...] = IDS, text: str = "Words of") -> str:
    """An operator's file."""
    items = "\n".join(f'{one} = "{text} {one}"' if text else f'{one} = " "' for one in ids)
    head = f'instrument = "{instrument}"\nversion = "1"\nsource = "registered"\n'
    return f"{head}[items]\n{items}\n"


def test_registered_wording_takes_the_place_of_our_labels() -> None:
    shown = with_wording(get("cssrs"), read_wording(a_file()))

    assert [item.text for item in shown.items] == [f"Words of {one}" for one in IDS]
    assert shown.licence == "registered"
    answers = dict.fromkeys(("q1", "q2", "q6_lifetime", "q6_past_3_months"), False)
    assert score(shown, answers).band == "none"


def test_without_a_file_our_labels_are_shown() -> None:
    assert with_wording(get("cssrs"), None) is get("cssrs")
    assert with_wording(get("phq9"), read_wording(a_file())) is get("phq9")


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "",
        a_file(instrument="cssrs2"),
        a_file(ids=IDS[:-1]),
        a_file(ids=(*IDS, "q7")),
        a_file(text=""),
        'instrument = "cssrs"\nversion = "1"\nsource = "x"\nitems = 3\n',
    ],
    ids=["no toml", "empty", "unknown", "an item short", "an item more", "blank", "no items"],
)
def test_half_a_wording_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ConfigurationError, match="wording file"):
        read_wording(text)


def test_only_the_screener_takes_an_operators_text() -> None:
    of_phq9 = a_file(instrument="phq9", ids=tuple(item.id for item in get("phq9").items))

    assert cssrs_wording(None) is None
    assert cssrs_wording(a_file()) == read_wording(a_file())
    with pytest.raises(ConfigurationError, match="only cssrs"):
        cssrs_wording(of_phq9)
