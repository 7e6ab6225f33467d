"""Is an intake asked step by step, refused where it must be, and read back as it was said?"""

from __future__ import annotations

import re
from typing import Any

import pytest

from intake.clinical.record_field import Field, yes_no
from intake.clinical.record_sections import LISTS, SECTIONS
from intake.errors import FieldError
from intake.web import intake_outline, record_answers, record_forms, record_refusals
from intake.web.intake_outline import STEPS
from tests.makers import orders
from tests.support.web import Caller, TestSite, Web, counted
from tests.web.browser import Pages, pages_of, without_token
from tests.web.test_pages import text_of

#: What a step may ask of the database above the fixed cost of a page; none grows with the answers.
MOST_STATEMENTS = 24
EVERYTHING: dict[str, Any] = {
    "substance_use": {
        "primary_substance": "ketamine",
        "grams_per_use_day": 1.25,
        "last_use_on": "2026-11-20",
        "tolerance_increase": {"status": "declined"},
        "days_used_28": {"status": "unknown"},
        "further_substances": [{"substance": "alcohol", "days_used_30": 4}],
        "acute_effects_30d": {"vomiting": 2, "memory_gap": {"status": "not_asked"}},
        "binge_trigger": "Payday\nand Fridays",
        "medication_reviews": {"status": "unknown"},
    },
    "physical": {"egfr": None, "bladder_analgesics": ["nsaid", "other"], "k_cramps": 0},
    "demographics": {"disability": ["Hearing"], "ethnicity": "A", "sex_at_birth": "unknown"},
    "pregnancy": {"status": "unknown", "weeks": None},
    "medication": [{"name": "Sertraline", "dose": "50 mg"}],
    "allergies": ["none_known"],
    "goals": {"status": "declined"},
}


@pytest.fixture
def coordinator(site: TestSite) -> Caller:
    """Somebody who begins intakes."""
    return site.person("intake_coordinator")


def drafted(coordinator: Caller, **changes: Any) -> dict[str, Any]:
    """A registered referral with its draft."""
    made = coordinator.post("/intakes", orders.intake_order(**changes))
    assert made.status_code == 201, made.json
    body: dict[str, Any] = made.get_json()
    return body | {"path": f"/intakes/{body['id']}"}


def opened(coordinator: Caller, slug: str, **changes: Any) -> tuple[Pages, str]:
    """The pages of a draft with one step open, and its address."""
    made, pages = drafted(coordinator, **changes), pages_of(coordinator)
    path = f"{made['path']}/steps/{slug}"
    text_of(pages.get(path), 200)
    return pages, path


def answers_of(coordinator: Caller, path: str) -> dict[str, Any]:
    found = coordinator.get(path.partition("/steps")[0]).get_json()["answers"]
    assert isinstance(found, dict)
    return found


def test_every_page_shows(coordinator: Caller) -> None:
    made, pages = drafted(coordinator, answers=EVERYTHING), pages_of(coordinator)

    for path in ("/intakes", "/intakes?state=submitted", "/intakes/new", made["path"]):
        text_of(pages.get(path), 200)
    for name in ("check", "interrupt", "contact", "person", "similar"):
        text_of(pages.get(f"{made['path']}/{name}"), 200)
    for step in STEPS:
        text = text_of(pages.get(f"{made['path']}/steps/{step.slug}"), 200)
        assert "Emergency script" in text
        assert "Caller hung up" in text


def test_every_field_is_asked_in_exactly_one_step() -> None:
    asked = [place.name for step in STEPS for place in intake_outline.places(step.slug)]
    held = {
        f"answers.{section}.{name}"
        for section, names in intake_outline.HELD_BY_CASE.items()
        for name in names
    }
    known = {
        f"answers.{section}.{field.name}" for section, all_ in SECTIONS.items() for field in all_
    }

    assert len(asked) == len(set(asked))
    asked.append(intake_outline.NOTE.name)  # beside all of them
    assert set(asked) == known - held | {f"answers.{name}" for name in LISTS}


def test_a_section_of_a_later_release_needs_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    later: dict[str, tuple[Field, ...]] = {**SECTIONS, "housing_plan": (yes_no("has_key"),)}
    monkeypatch.setattr(intake_outline, "SECTIONS", later)
    intake_outline.groups.cache_clear()

    asked = {place.name for place in intake_outline.places("social")}
    intake_outline.groups.cache_clear()

    assert "answers.housing_plan.has_key" in asked


def test_what_is_shown_and_sent_again_is_what_was_stored(coordinator: Caller) -> None:
    """No answer changes by opening a step and pressing its button."""
    made, pages = drafted(coordinator, answers=EVERYTHING), pages_of(coordinator)

    for step in STEPS[:-1]:
        path = f"{made['path']}/steps/{step.slug}"
        shown = record_forms.shown(intake_outline.places(step.slug), EVERYTHING)
        days = {name: text.split("-") for name, text in shown.items() if name.endswith("_on")}
        fields = {name: text for name, text in shown.items() if name not in days}
        for name, parts in days.items():
            fields |= {
                f"{name}-{part}": one
                for part, one in zip(("year", "month", "day"), parts, strict=True)
            }
        text_of(pages.get(path), 200)
        sent = pages.client.post(
            path,
            data=pages.hidden
            | {"_do": "next"}
            | {k: v.split(",") if k.endswith("analgesics") else v for k, v in fields.items()},
        )
        assert sent.status_code == 303, sent.get_data(as_text=True)[:3000]

    assert coordinator.get(made["path"]).get_json()["answers"] == EVERYTHING


def test_answers_read_as_sentences() -> None:
    use = dict(record_answers.rows("use", EVERYTHING))
    body = dict(record_answers.rows("physical", EVERYTHING))

    assert use["Main substance" if "Main substance" in use else "Primary substance"] == "Ketamine"
    assert use["Needs more than before for the same effect"] == "Declined"
    assert use["Last use"] == "20 November 2026"
    assert use["Further substances"] == "Substance: Alcohol; Days used, last 30: 4"
    assert body["eGFR, ml/min/1.73 m²"] == "Not measured"
    assert body["Stomach cramps after use (K-cramps)"] == "None"
    assert body["Allergies"] == "None known"
    assert body["Pregnant"] == "Unknown"


def test_nothing_is_said_to_be_wrong_while_one_types(coordinator: Caller) -> None:
    pages, path = opened(coordinator, "use")
    said = {
        "answers.substance_use.days_used_30": "31",
        "answers.substance_use.days_used_28": "12",
        "answers.substance_use.last_use_on-day": "31",
        "answers.substance_use.last_use_on-month": "2",
        "answers.substance_use.last_use_on-year": "2026",
    }

    typed = text_of(pages.save(path, **said), 200)
    kept = answers_of(coordinator, path)
    refused = text_of(pages.send(path, _do="next", **said), 422)

    assert "but 2 answers can&#39;t be read yet" in typed
    assert kept == {"substance_use": {"days_used_28": 12}}
    assert 'href="#f-answers-substance_use-days_used_30"' in refused
    assert "“Days used, last 30” must be from 0 to 30." in refused
    assert "days_used_30 must be" not in refused
    assert 'href="#f-answers-substance_use-last_use_on"' in refused
    assert 'value="31"' in refused


def test_a_step_says_how_far_it_is_once_it_saved_itself(coordinator: Caller) -> None:
    pages, path = opened(coordinator, "safety")
    first = {"answers.mental_health.psychosis_current": "false"}
    rest = {
        f"answers.{section}.{name}": "false"
        for section, name in intake_outline.SAFETY
        if section != "social"
    }

    begun = text_of(pages.save(path, **first), 200)
    in_place = text_of(pages.save(path, **first | rest), 200)

    state = re.compile(r'id="state-safety" hx-swap-oob="true"><span class="pill[^"]*">(.*?)</span>')
    assert [one.endswith(" to add") for one in state.findall(begun)] == [True]
    assert [one.endswith("Done") for one in state.findall(in_place)] == [True]


def test_what_was_right_stays_when_something_wrong_is_typed_over_it(coordinator: Caller) -> None:
    pages, path = opened(coordinator, "use")
    name = "answers.substance_use.days_used_30"
    pages.save(path, **{name: "12"})

    pages.save(path, **{name: "120"})

    assert answers_of(coordinator, path) == {"substance_use": {"days_used_30": 12}}


@pytest.mark.parametrize("button", ["back", "hung_up", "more"])
def test_going_elsewhere_loses_nothing(coordinator: Caller, button: str) -> None:
    pages, path = opened(coordinator, "social")

    sent = pages.send(path, _do=button, **{"answers.social.housing": "unstable"})

    assert sent.status_code == 303
    assert answers_of(coordinator, path) == {"social": {"housing": "unstable"}}


def test_a_row_is_added_once_everything_can_be_read(coordinator: Caller) -> None:
    pages, path = opened(coordinator, "use")
    wrong = {"answers.substance_use.days_used_30": "31"}

    text = text_of(pages.send(path, _do="more", **wrong), 422)

    assert "“Days used, last 30” must be from 0 to 30." in text
    assert 'value="31"' in text


@pytest.mark.parametrize("button", ["back", "hung_up"])
def test_going_elsewhere_says_what_could_not_be_kept(coordinator: Caller, button: str) -> None:
    pages, path = opened(coordinator, "use")
    said = {
        "answers.substance_use.days_used_28": "12",
        "answers.substance_use.days_used_30": "31",
        "answers.substance_use.last_use_on-day": "31",
        "answers.substance_use.last_use_on-month": "2",
        "answers.substance_use.last_use_on-year": "2026",
    }

    sent = pages.send(path, _do=button, **said)
    right = pages.send(path, _do=button, **{"answers.substance_use.days_used_28": "13"})

    assert answers_of(coordinator, path) == {"substance_use": {"days_used_28": 13}}
    assert "2 answers couldn&#39;t be read and were not kept." in text_of(
        pages.get(sent.location), 200
    )
    assert "not_kept" not in right.location


def test_a_field_of_another_step_is_not_lost_in_silence(coordinator: Caller) -> None:
    pages, path = opened(coordinator, "social")

    text = text_of(pages.send(path, _do="next", **{"answers.physical.fever": "true"}), 422)

    assert "a field that isn&#39;t known here" in text


def test_a_form_of_somebody_else_is_refused(coordinator: Caller) -> None:
    pages, path = opened(coordinator, "social")

    said = {"answers.social.housing": "stable"}
    text_of(without_token(pages).send(path, **said), 403)
    text_of(pages.send(path, _seen="x", **said), 400)

    assert answers_of(coordinator, path) == {}


def test_who_may_not_write_intakes_sees_no_form(web: Web, coordinator: Caller) -> None:
    made = drafted(coordinator)

    for role in ("peer_worker", "auditor", "administrator"):
        pages = pages_of(coordinator.site.person(role))
        for path in ("/intakes", "/intakes/new", f"{made['path']}/steps/safety"):
            text_of(pages.get(path), 403)
    text_of(pages_of(web.site().person("clinical_lead")).get(made["path"]), 404)
    text_of(pages_of(coordinator).get(f"{made['path']}/steps/nothing"), 404)


def test_all_that_is_missing_is_named_with_the_way_to_it(coordinator: Caller) -> None:
    client = orders.client_order()
    made, pages = drafted(coordinator, client=client), pages_of(coordinator)
    path = f"{made['path']}/check"
    text_of(pages.get(path), 200)

    text = text_of(pages.send(path), 422)

    api = coordinator.act(f"{made['path']}/submit", version=1).get_json()
    links = re.findall(rf'href="({made["path"]}/steps/\w+#f-[^"]+)"', text)
    assert len(links) == len(api["errors"]) > 4
    told = [FieldError(one["pointer"], one["code"], one["message"]) for one in api["errors"]]
    for said in record_refusals.named(told):
        assert said.message.replace("'", "&#39;") in text
        assert "_" not in said.message
    for link in links:
        page, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in text_of(pages.get(page), 200)


def test_what_was_handed_in_is_only_read(coordinator: Caller) -> None:
    made, pages = drafted(coordinator, answers=orders.NO_RISK), pages_of(coordinator)
    coordinator.act(f"{made['path']}/submit", version=1)

    for slug in ("safety", "consent"):
        moved = pages.get(f"{made['path']}/steps/{slug}")
        assert (moved.status_code, moved.location) == (303, f"{made['path']}/check")
    text = text_of(pages.get(f"{made['path']}/check"), 200)
    assert "Handed in" in text
    assert "Change<" not in text


def test_a_step_asks_the_database_no_more_for_more_answers(web: Web, coordinator: Caller) -> None:
    few, many = drafted(coordinator), drafted(coordinator, answers=EVERYTHING)
    pages, sent = pages_of(coordinator), []
    for made in (few, many):
        pages.get(f"{made['path']}/steps/use")
        with counted(web) as statements:
            text_of(pages.get(f"{made['path']}/steps/use"), 200)
        sent.append(len(statements))

    assert sent[0] == sent[1] <= MOST_STATEMENTS
