"""What does a site look like that has a row in every table with a site?

Sealed values here are not sealed for real: these rows are for tests of the database, which never
opens them. Tests of services have makers of their own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from intake import models
from intake.crypto import Sealed

NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
TODAY = NOW.date()
SEALED = Sealed(b"sealed")


def fill_site(superuser_url: str, name: str) -> uuid.UUID:
    """Commit a site with one row in each table; its id. All reminders are due at NOW."""
    engine = create_engine(superuser_url)
    with Session(engine) as session:
        site, person = _place(session, name)
        client, contact = _client(session, site, person)
        case = _case(session, site, person, client)
        plan, follow_up = _care(session, site, person, case)
        session.flush()
        _queue(session, site, person, case, contact, follow_up)
        _disclosed(session, site, person, case)
        _progress(session, site, person, case)
        _same_person(session, site, person, case)
        _moving(session, site, person, case, plan)
        _planned(session, site, person, case, plan)
        session.commit()
        assert plan.site_id == site.id
    engine.dispose()
    return site.id


def _place(session: Session, name: str) -> tuple[models.Site, models.Staff]:
    site = models.Site(
        name=name, time_zone="Europe/London", phone="+441632960000", sender_name="Clinic"
    )
    person = models.Staff(
        email=f"{name.lower()}@example.com", display_name="Ada", password_hash="none"
    )
    colleague = models.Staff(
        email=f"colleague.{name.lower()}@example.com", display_name="Bea", password_hash="none"
    )
    session.add_all([site, person, colleague])
    session.flush()
    session.add_all(
        [
            models.Membership(site_id=site.id, staff_id=person.id, role="counsellor"),
            models.Membership(site_id=site.id, staff_id=colleague.id, role="peer_worker"),
            models.SiteSetting(site_id=site.id, key="cap_per_day", value=3),
            models.CaseNumber(site_id=site.id, year=2026, last=1),
            models.IdempotencyKey(
                site_id=site.id, principal_id=person.id, key="k" * 16, route="POST /clients",
                fingerprint=b"f", status=201, body=SEALED, headers={}, created_at=NOW,
                expires_at=NOW + dt.timedelta(hours=48),
            ),
        ]
    )  # fmt: skip
    session.flush()
    session.add(
        models.Cover(
            site_id=site.id, staff_id=person.id, for_staff_id=colleague.id, from_on=TODAY,
            until_on=TODAY, set_by=person.id,
        )
    )  # fmt: skip
    session.add(
        models.ApiKey(
            site_id=site.id, id=colleague.id, name="Website", scopes=["case:read"], is_test=False,
            token_hash=hashlib.sha256(name.encode()).digest(), created_by=person.id,
            created_at=NOW, expires_at=NOW + dt.timedelta(days=90),
        )
    )  # fmt: skip
    session.flush()
    return site, person


def _client(
    session: Session, site: models.Site, person: models.Staff
) -> tuple[models.Client, models.ContactPoint]:
    client = models.Client(
        site_id=site.id, wrapped_key=b"w", kek_id=1, key_version=1, given_name=SEALED,
        family_name=SEALED, date_of_birth=SEALED, birth_year=1997,
    )  # fmt: skip
    contact = models.ContactPoint(
        site_id=site.id, client_id=client.id, channel="sms", value=SEALED, is_safe=True,
        confirmed_at=NOW,
    )  # fmt: skip
    session.add(client)
    session.flush()
    session.add_all(
        [
            contact,
            models.ClientToken(site_id=site.id, token=1, client_id=client.id),
            models.LegalHold(
                site_id=site.id, client_id=client.id, sealed=SEALED, requested_by=person.id,
                requested_at=NOW,
            ),
            models.Erasure(
                site_id=site.id, client_id=client.id, reason="client_request",
                requested_by=person.id, requested_at=NOW,
            ),
            models.Consent(
                site_id=site.id, client_id=client.id, purpose="treatment", status="given",
                wording_version="1", decided_at=NOW, recorded_by=person.id,
            ),
        ]
    )  # fmt: skip
    session.flush()
    return client, contact


def _case(
    session: Session, site: models.Site, person: models.Staff, client: models.Client
) -> models.Case:
    case = models.Case(
        site_id=site.id, client_id=client.id, reference="C-2026-0001", state="assessed",
        opened_on=TODAY, referral_source="self", referral_date=TODAY, referral_urgency="routine",
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add_all(
        [
            models.CaseTransition(
                site_id=site.id, case_id=case.id, to_state="referred", reason="referral",
                actor_id=person.id, role="counsellor", at=NOW,
            ),
            models.Intake(site_id=site.id, case_id=case.id, answers={}, author_id=person.id),
            models.Assessment(
                site_id=site.id, case_id=case.id, instrument="sds", instrument_version="1",
                mode="self", language="en-GB", assessed_on=TODAY, assessed_by=person.id,
            ),
        ]
    )  # fmt: skip
    session.flush()
    return case


def _care(
    session: Session, site: models.Site, person: models.Staff, case: models.Case
) -> tuple[models.PlanDecision, models.FollowUp]:
    advice = models.Recommendation(
        site_id=site.id, case_id=case.id, rule_set="KDS-1.0", status="complete", inputs={},
        inputs_hash=b"h", result={}, computed_at=NOW, computed_by=person.id,
    )  # fmt: skip
    plan = models.PlanDecision(
        site_id=site.id, case_id=case.id, recommendation_id=advice.id, state="agreed",
        recommended_setting="outpatient_cbt", feasible_setting="outpatient_cbt",
        chosen_setting="outpatient_cbt", matches_recommendation=True, shared_decision=True,
        decided_on=TODAY, review_on=TODAY, in_force_from=TODAY, decided_by=person.id,
    )  # fmt: skip
    follow_up = models.FollowUp(
        site_id=site.id, case_id=case.id, plan_decision_id=plan.id, code="O1", label="Session",
        due_by=TODAY, proposed_on=TODAY, is_hard=False,
    )  # fmt: skip
    alert = models.Alert(
        site_id=site.id, case_id=case.id, code="A01", priority="high", raised_at=NOW, due_at=NOW
    )
    for row in (advice, plan, follow_up, alert):
        session.add(row)
        session.flush()
    session.add(
        models.Task(
            site_id=site.id, case_id=case.id, alert_id=alert.id, kind="alert",
            owner_id=person.id, due_at=NOW,
        )
    )  # fmt: skip
    return plan, follow_up


def _queue(
    session: Session,
    site: models.Site,
    person: models.Staff,
    case: models.Case,
    contact: models.ContactPoint,
    follow_up: models.FollowUp,
) -> None:
    start = NOW + dt.timedelta(days=3)
    appointment = models.Appointment(
        site_id=site.id, client_id=case.client_id, case_id=case.id, follow_up_id=follow_up.id,
        staff_id=person.id, kind="session", mode="in_person", time_zone="Europe/London",
        local_start=start.replace(tzinfo=None), during=Range(start, start + dt.timedelta(hours=1)),
    )  # fmt: skip
    reminder = models.Reminder(
        site_id=site.id, client_id=case.client_id, appointment_id=appointment.id, schedule_no=1,
        kind="d3", channel="sms", contact_id=contact.id, contact_version=1, locale="en-GB",
        dedupe_key=f"{appointment.id}:1:d3:sms", send_after=NOW, next_attempt_at=NOW,
        expires_at=NOW + dt.timedelta(days=1),
    )  # fmt: skip
    attempt = models.ReminderAttempt(
        site_id=site.id, reminder_id=reminder.id, n=1, lease_token=uuid.uuid4(), idem_key="k",
        provider="gateway", started_at=NOW,
    )  # fmt: skip
    notice = models.StaffNotice(
        site_id=site.id, staff_id=person.id, kind="audit_digest", dedupe_key="digest",
        counts={}, path="/", send_after=NOW, next_attempt_at=NOW,
    )  # fmt: skip
    grant = models.BreakGlassGrant(
        site_id=site.id, case_id=case.id, staff_id=person.id, reason_code="emergency",
        sealed=SEALED, granted_at=NOW, expires_at=NOW + dt.timedelta(hours=1),
    )  # fmt: skip
    for row in (appointment, reminder, attempt, notice, grant):
        session.add(row)
        session.flush()


def _disclosed(
    session: Session, site: models.Site, person: models.Staff, case: models.Case
) -> None:
    agreed = models.DisclosureConsent(
        site_id=site.id, case_id=case.id, kind="specific", purpose="treatment",
        data_classes=["plan"], discloser=SEALED, information=SEALED, recipients=SEALED,
        recipient_classes=[], rights_version="1", expiry="end_of_treatment",
        signature_basis="client", signed_on=TODAY, evidence=SEALED, recorded_by=person.id,
    )  # fmt: skip
    key = models.CounsellingNoteKey(
        site_id=site.id, case_id=case.id, author_id=person.id, wrapped_key=b"w", kek_id=1,
        key_version=1,
    )  # fmt: skip
    rows = (
        agreed,
        models.ConsentRevocation(
            site_id=site.id, consent_id=agreed.id, revoked_at=NOW, how="spoken",
            recorded_by=person.id,
        ),
        key,
        models.CounsellingNote(site_id=site.id, key_id=key.id, sealed=SEALED),
        models.Disclosure(
            site_id=site.id, case_id=case.id, released_at=NOW, released_by=person.id,
            basis="consent", consent_id=agreed.id, recipient=SEALED, recipient_class="payer",
            purpose="treatment", data_classes=["plan"], description="The plan",
            artefact_hash=b"h" * 32, artefact=SEALED,
        ),
    )  # fmt: skip
    for row in rows:
        session.add(row)
        session.flush()


def _progress(session: Session, site: models.Site, person: models.Staff, case: models.Case) -> None:
    visit = session.query(models.Appointment).filter_by(case_id=case.id).one()
    rows = (
        models.ProgressNote(
            site_id=site.id, case_id=case.id, author_id=person.id, format="free", goal_ids=[],
            risk_changed=False, confidentiality="normal", state="draft", sealed=SEALED,
            drafted_at=NOW,
        ),
        models.UseEntry(
            site_id=site.id, case_id=case.id, used_on=TODAY, substance="ketamine", is_binge=False,
            state="recorded", recorded_by=person.id,
        ),
        models.DrugScreen(
            site_id=site.id, case_id=case.id, collected_at=NOW, is_observed=True, results={},
            confirmation="none", state="recorded", recorded_by=person.id,
        ),
        models.SessionRecord(
            site_id=site.id, case_id=case.id, appointment_id=visit.id, unanswered={},
            recorded_by=person.id,
        ),
        models.UnsentForm(
            site_id=site.id, staff_id=person.id, client_id=case.client_id, address="/sample",
            sealed=SEALED, kept_at=NOW, expires_at=NOW,
        ),
        models.AttendanceCorrection(
            site_id=site.id, appointment_id=visit.id, from_status="noshow",
            to_status="fulfilled", sealed=SEALED, corrected_by=person.id, at=NOW,
        ),
    )  # fmt: skip
    session.add_all(rows)


def _same_person(
    session: Session, site: models.Site, person: models.Staff, case: models.Case
) -> None:
    session.add(
        models.ContactAttempt(
            site_id=site.id, case_id=case.id, at=NOW, channel="phone", outcome="no_reply",
            made_by=person.id,
        )
    )  # fmt: skip
    session.add_all(
        [
            models.ClientMerge(
                site_id=site.id, surviving_id=case.client_id, merged_id=case.client_id,
                merged_by=person.id, at=NOW, fields_taken=[], moved={}, sealed=SEALED,
            ),
            models.ClientDistinction(
                site_id=site.id, client_id=case.client_id, other_id=case.client_id,
                decided_by=person.id, at=NOW, sealed=SEALED,
            ),
        ]
    )  # fmt: skip
    session.flush()


def _moving(
    session: Session,
    site: models.Site,
    person: models.Staff,
    case: models.Case,
    plan: models.PlanDecision,
) -> None:
    colleague = (
        session.query(models.Membership).filter_by(site_id=site.id, role="peer_worker").one()
    )
    goal = models.Goal(
        site_id=site.id, case_id=case.id, plan_decision_id=plan.id, domain="use", due_on=TODAY,
        sealed=SEALED, set_by=person.id,
    )  # fmt: skip
    task = session.query(models.Task).filter_by(site_id=site.id).one()
    handover = models.Handover(
        site_id=site.id, from_staff_id=person.id, to_staff_id=colleague.staff_id, from_on=TODAY,
        task_id=task.id,
        asked_by=person.id,
    )  # fmt: skip
    rows = (
        goal,
        models.GoalVersion(
            site_id=site.id, goal_id=goal.id, number=1, domain="use", status="active",
            due_on=TODAY, sealed=SEALED, changed_by=person.id, changed_at=NOW,
        ),
        models.MedicalClearance(
            site_id=site.id, case_id=case.id, outcome="cleared", cleared_at=NOW, sealed=SEALED,
            recorded_by=person.id,
        ),
        models.CaseProposal(
            site_id=site.id, case_id=case.id, kind="discharge", facts={}, sealed=SEALED,
            proposed_by=person.id, proposed_at=NOW,
        ),
        handover,
        models.HandoverCase(site_id=site.id, handover_id=handover.id, case_id=case.id),
    )  # fmt: skip
    for row in rows:
        session.add(row)
        session.flush()


def _planned(
    session: Session,
    site: models.Site,
    person: models.Staff,
    case: models.Case,
    plan: models.PlanDecision,
) -> None:
    programme = models.Programme(
        site_id=site.id, name="Day clinic", kind="cbt_clinic", capacity=1,
        settings=["outpatient_cbt"], sexes=[], is_group=False,
        is_experienced_in_dissociatives=True, is_open=True,
    )  # fmt: skip
    rows = (
        models.OutboundReferral(
            site_id=site.id, case_id=case.id, plan_decision_id=plan.id, kind="urology",
            adjunct="J01", urgency="urgent", due_by=TODAY, created_by=person.id,
        ),
        models.MedicationReview(
            site_id=site.id, case_id=case.id, medicine="antidepressant", asked_on=TODAY,
            due_by=TODAY, sealed=SEALED, asked_by=person.id,
        ),
        models.SafetyPlan(
            site_id=site.id, case_id=case.id, number=1, written_on=TODAY, sealed=SEALED,
            written_by=person.id,
        ),
        programme,
        models.Placement(
            site_id=site.id, case_id=case.id, programme_id=programme.id, urgency="routine",
            waits_since=NOW, gap_setting="peer_support", takes_inexperienced=False, sealed=SEALED,
            asked_by=person.id,
        ),
    )  # fmt: skip
    for row in rows:
        session.add(row)
        session.flush()
