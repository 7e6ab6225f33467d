"""May records leave? Each rule by example, and the whole against an independent oracle."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import uuid
from collections import Counter
from typing import Any

import pytest

from intake.clinical import consent, consent_terms
from intake.clinical.consent import Allowed, Denied
from intake.clinical.consent_terms import Consent, CourtOrder, Emergency, Request
from tests.clinical import consent_oracle

NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
TODAY, DAY = NOW.date(), dt.timedelta(days=1)
NAMES = ("dr grey", "city urology", "anna")
URGENT = Emergency("City Hospital", "Sam Test", NOW, "Found unconscious")
ORDER = CourtOrder(frozenset({"plan", "assessments"}), TODAY, has_subpoena=True)


def agreed(**changes: Any) -> Consent:
    """A consent that allows `asked()`."""
    given_to = Consent(
        id=uuid.UUID(int=1),
        kind="specific",
        purpose="treatment",
        data_classes=frozenset({"plan", "assessments"}),
        signed_on=TODAY - 30 * DAY,
        recipient_names=frozenset({"dr grey"}),
        expires_on=TODAY,
    )
    return dataclasses.replace(given_to, **changes)


def asked(**changes: Any) -> Request:
    """A request for the plan."""
    wanted = Request(
        recipient="dr grey",
        recipient_class="treating_provider",
        purpose="treatment",
        data_classes=frozenset({"plan"}),
    )
    return dataclasses.replace(wanted, **changes)


NOTES = frozenset({"counselling_notes"})
OF_NOTES = {"kind": "counselling_notes", "data_classes": NOTES}


@pytest.mark.parametrize(
    ("stored", "request_", "basis"),
    [
        (agreed(), asked(), "consent"),
        (agreed(recipient_names=frozenset(), recipient_classes=frozenset({"treating_provider"})),
         asked(recipient="anybody"), "consent"),
        (agreed(kind="tpo_single", purpose="tpo", expires_on=None), asked(purpose="payment"),
         "consent"),
        (agreed(**OF_NOTES), asked(data_classes=NOTES), "consent"),
        (agreed(kind="legal_proceeding"), asked(is_proceeding=True), "consent"),
        (agreed(revoked_at=NOW + dt.timedelta(seconds=1)), asked(), "consent"),
        (agreed(kind="contact_preference"), asked(emergency=URGENT), "emergency"),
        (agreed(kind="contact_preference"), asked(is_proceeding=True, court_order=ORDER),
         "court_order"),
    ],
)  # fmt: skip
def test_what_is_allowed(stored: Consent, request_: Request, basis: str) -> None:
    found = consent.decide([stored], request_, NOW)

    assert isinstance(found, Allowed)
    assert (found.basis, found.scope) == (basis, request_.data_classes)
    assert found.consent_id == (stored.id if basis == "consent" else None)
    assert "redisclosure" in found.notices


@pytest.mark.parametrize(
    ("stored", "request_", "reason"),
    [
        (agreed(kind="contact_preference"), asked(), "wrong_kind"),
        (agreed(), asked(is_proceeding=True), "wrong_kind"),
        (agreed(kind="legal_proceeding"), asked(), "wrong_kind"),
        (agreed(data_classes=frozenset(consent_terms.DATA_CLASSES)), asked(data_classes=NOTES),
         "wrong_kind"),
        (agreed(kind="counselling_notes", data_classes=NOTES | {"plan"}),
         asked(data_classes=NOTES), "wrong_kind"),
        (agreed(**OF_NOTES), asked(data_classes=NOTES, is_proceeding=True), "wrong_kind"),
        (agreed(**OF_NOTES), asked(data_classes=NOTES | {"plan"}), "notes_travel_alone"),
        (agreed(**OF_NOTES), asked(data_classes=NOTES, emergency=URGENT),
         "notes_need_own_consent"),
        (agreed(**OF_NOTES), asked(data_classes=NOTES, is_proceeding=True, court_order=ORDER),
         "notes_need_own_consent"),
        (agreed(), asked(recipient="somebody else"), "other_recipient"),
        (agreed(), asked(purpose="payment"), "other_purpose"),
        (agreed(kind="tpo_single", purpose="tpo"), asked(purpose="research"), "other_purpose"),
        (agreed(), asked(data_classes=frozenset({"plan", "contact"})), "outside_scope"),
        (agreed(), asked(data_classes=frozenset()), "nothing_requested"),
        (agreed(), asked(data_classes=frozenset({"everything"})), "unknown_data_class"),
        (agreed(signed_on=TODAY + DAY), asked(), "not_yet_signed"),
        (agreed(expires_on=TODAY - DAY), asked(), "expired"),
        (agreed(is_ended=True), asked(), "expired"),
        (agreed(revoked_at=NOW), asked(), "revoked"),
        (agreed(), asked(emergency=dataclasses.replace(URGENT, nature=" ")),
         "emergency_incomplete"),
        (agreed(), asked(emergency=dataclasses.replace(URGENT, disclosed_at=NOW + DAY)),
         "emergency_incomplete"),
        (agreed(), asked(emergency=URGENT, recipient_class="family"), "not_medical_personnel"),
        (agreed(), asked(court_order=ORDER), "order_does_not_cover"),
        (agreed(), asked(is_proceeding=True, court_order=dataclasses.replace(ORDER,
         has_subpoena=False)), "order_does_not_cover"),
    ],
)  # fmt: skip
def test_what_is_denied_and_why(stored: Consent, request_: Request, reason: str) -> None:
    assert consent.decide([stored], request_, NOW) == Denied(reason)


def test_nothing_allows_by_default() -> None:
    assert consent.decide([], asked(), NOW) == Denied("none")


def test_consents_are_never_added_up() -> None:
    halves = [agreed(data_classes=frozenset({one})) for one in ("plan", "contact")]
    wanted = asked(data_classes=frozenset({"plan", "contact"}))

    assert consent.decide(halves, wanted, NOW) == Denied("outside_scope")


def test_every_reason_has_its_sentence() -> None:
    assert {*consent.CHECKS, "none"} <= consent_terms.REASONS.keys()


class Cases(random.Random):
    """Any request against any consents; most fields of most cases fit, so that some are allowed."""

    def mostly(self, usual: Any, *others: Any) -> Any:
        """The usual value three times of four."""
        return usual if self.random() < 0.75 else self.choice((usual, *others))

    def subset(self, values: tuple[str, ...], *usual: frozenset[str]) -> frozenset[str]:
        """A usual set, or any."""
        drawn = frozenset(self.sample(values, self.randint(0, len(values))))
        return self.choice(usual) if self.random() < 0.75 else drawn

    def held(self) -> frozenset[str]:
        """What a consent or an order covers."""
        everything = frozenset(consent_terms.DATA_CLASSES)
        return self.subset(
            consent_terms.DATA_CLASSES, everything - NOTES, everything - NOTES, NOTES
        )

    def consent(self) -> Consent:
        """Any consent."""
        kind = self.choice(consent_terms.KINDS)
        return Consent(
            id=uuid.UUID(int=self.getrandbits(64)),
            kind=kind,
            purpose=self.mostly("tpo" if kind == "tpo_single" else "treatment", *PURPOSES),
            data_classes=self.held(),
            signed_on=self.mostly(TODAY - DAY, TODAY, TODAY + DAY),
            recipient_names=self.subset(NAMES, frozenset({"dr grey"})),
            recipient_classes=self.subset(consent_terms.RECIPIENT_CLASSES, frozenset({"family"})),
            expires_on=self.mostly(None, TODAY - DAY, TODAY, TODAY + DAY),
            is_ended=self.random() < 0.1,
            revoked_at=self.mostly(None, NOW - DAY, NOW, NOW + dt.timedelta(seconds=1)),
        )

    def request(self) -> Request:
        """Any request."""
        plan = frozenset({"plan"})
        return Request(
            recipient=self.mostly("dr grey", *NAMES, "nobody", "", "family"),
            recipient_class=self.mostly("treating_provider", *consent_terms.RECIPIENT_CLASSES),
            purpose=self.mostly("treatment", *consent_terms.PURPOSES),
            data_classes=self.subset(consent_terms.DATA_CLASSES, plan, plan | {"intake"}, NOTES),
            is_proceeding=self.random() < 0.2,
            emergency=self.mostly(None, self.emergency()),
            court_order=self.mostly(None, self.order()),
        )

    def emergency(self) -> Emergency:
        """Written down whole, or not."""
        return Emergency(
            affiliation=self.mostly("Hospital", "", " "),
            disclosed_by=self.mostly("Sam", ""),
            disclosed_at=self.mostly(NOW, None, NOW - DAY, NOW + DAY),
            nature=self.mostly("Unconscious", "\t"),
        )

    def order(self) -> CourtOrder:
        """Good, or not."""
        issued = self.choice((TODAY - DAY, TODAY, TODAY + DAY))
        return CourtOrder(self.held(), issued, has_subpoena=self.random() < 0.8)


PURPOSES = consent_terms.CONSENT_PURPOSES


def judged(consents: list[Consent], request_: Request) -> str:
    """The basis or reason, once it agrees with the oracle and with any order of the consents."""
    found = consent.decide(consents, request_, NOW)

    fitting = consent_oracle.allowing(consents, request_, NOW)
    is_open = consent_oracle.without_consent(request_, NOW)
    assert isinstance(found, Allowed) == bool(fitting or is_open), (consents, request_)
    assert consent.decide(consents[::-1], request_, NOW) == found
    if isinstance(found, Denied):
        assert found.reason in consent_terms.REASONS
        return found.reason
    assert (found.consent_id in fitting) if fitting else found.consent_id is None
    assert found.scope == request_.data_classes
    assert "redisclosure" in found.notices
    return found.basis


@pytest.mark.parametrize("number", [500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_it_agrees_with_the_oracle(number: int) -> None:
    cases = Cases(number)

    seen = Counter(
        judged([cases.consent() for _ in range(cases.randint(0, 4))], cases.request())
        for _ in range(number)
    )

    allowed = {"consent", "emergency", "court_order"}
    assert sum(seen[basis] for basis in allowed) > number / 12, seen
    assert allowed | {"revoked", "expired", "outside_scope", "wrong_kind"} <= seen.keys()
