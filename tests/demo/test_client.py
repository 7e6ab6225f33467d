"""Does the journey's client sign in, send what the API asks for, and tell refusals in words?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from intake import clock
from intake.access import Role
from intake.cli.journey_client import Caller, NoAnswer, UnexpectedAnswer, call, sign_in
from intake.cli.journey_people import everybody
from intake.crypto import Keyring
from intake.models import Membership, Staff
from intake.services.passwords import HASHER
from tests.demo.conftest import person
from tests.makers import orders
from tests.support.web import TestSite, Web
from tests.worker.gateway_process import free_port

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ROLES = {
    "coordinator": Role.INTAKE_COORDINATOR,
    "counsellor": Role.COUNSELLOR,
    "peer": Role.PEER_WORKER,
    "lead": Role.CLINICAL_LEAD,
    "auditor": Role.AUDITOR,
}


@pytest.fixture
def coordinator(site: TestSite, url: str) -> Caller:
    return person(site, url, Role.INTAKE_COORDINATOR).calls


def hire(web: Web, site: TestSite, name: str, role: Role) -> str:
    """An account with a password; its id."""
    with Session(web.judge) as session, session.begin():
        staff = Staff(
            email=f"{name}@example.com",
            display_name=name,
            password_hash=HASHER.hash(PASSWORD),
        )
        session.add(staff)
        session.flush()
        session.add(Membership(site_id=site.id, staff_id=staff.id, role=role.value))
        keyring: Keyring = web.app.config["KEYS"].current()
        vault = keyring.application_vault()
        staff.totp_secret = vault.seal("staff.totp_secret", staff.id, SECRET)
        staff.totp_confirmed_at = clock.machine_now()
        return str(staff.id)


def test_everybody_signs_in_with_password_and_secret_of_the_file(
    web: Web, site: TestSite, url: str, tmp_path: Path
) -> None:
    ids = {name: hire(web, site, name, role) for name, role in ROLES.items()}
    file = tmp_path / "staff.json"
    kept = {"password": PASSWORD, "totp_secret": SECRET}
    file.write_text(json.dumps({f"{name}@example.com": kept for name in ROLES}))

    people = everybody(url, file)

    assert {name: getattr(people, name).staff_id for name in ROLES} == ids


def test_a_wrong_password_is_told_in_words(url: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"POST /session answered 401 authentication"):
        sign_in(url, "nobody@example.com", "something else entirely", "123456")


def test_a_list_is_read_page_by_page(coordinator: Caller) -> None:
    made = {coordinator.create("/intakes", orders.intake_order())["id"] for _ in range(3)}

    found = coordinator.every("/intakes", limit="1", state="draft")

    assert {one["id"] for one in found} == made
    assert len(found) == 3


def test_a_change_names_the_version_that_was_read(coordinator: Caller) -> None:
    made = coordinator.create("/intakes", orders.intake_order())
    path, answers = f"/intakes/{made['id']}", {"answers": orders.NO_RISK}

    saved = coordinator.change(path, answers, version=made["version"])
    submitted = coordinator.act(f"{path}/submit", version=saved["version"])

    assert submitted["state"] == "submitted"
    with pytest.raises(UnexpectedAnswer, match="answered 412 precondition-failed"):
        coordinator.change(path, answers, version=made["version"])


def test_a_refusal_names_the_request_the_field_and_the_fix(coordinator: Caller) -> None:
    order = orders.intake_order(referral=orders.referral_order(source="a friend"))

    with pytest.raises(UnexpectedAnswer) as refused:
        coordinator.create("/intakes", order)

    first, *_, last = refused.value.message.splitlines()
    assert first == "POST /intakes answered 422 validation-failed."
    assert last.startswith("/referral/source: Choose one of: self, relative, ")


def test_no_answer_at_all_is_said_in_a_sentence() -> None:
    with pytest.raises(NoAnswer, match="GET / got no answer"):
        call(f"http://127.0.0.1:{free_port()}", "GET", "/", headers={})
