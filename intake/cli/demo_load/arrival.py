"""From the referral to the intake that is handed in: what the coordinator and a lead do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from intake.access import Permission
from intake.cli import vignettes
from intake.cli.demo_load.life import COORDINATOR, LEAD, Life
from intake.cli.demo_load.words import REFERRERS
from intake.models import Case, Intake
from intake.services import (
    contact_attempts,
    intake_ends,
    intake_submission,
    intakes,
    key_workers,
    referrals,
)
from intake.services.cases import Referral
from intake.services.clients import NewClient
from intake.services.consents import ConsentOrder
from intake.services.contact_attempts import NewAttempt
from intake.services.contacts import ContactOrder
from intake.services.identity import Identity
from intake.services.intake_ends import Interruption
from intake.services.intakes import NewIntake
from intake.services.referrals import Triage

WORDING = "2026-01"
CONSENT_LASTS = dt.timedelta(days=365)
ENDS_SOON = dt.timedelta(days=12)
ON_THE_PHONE = dt.timedelta(minutes=8)
EARLY = ("referral", "demographics")
MOST_OF_IT = (*EARLY, "substance_use", "polysubstance", "physical")


def refer(life: Life) -> None:
    """The coordinator registers the person with their referral."""
    asked_on(life)
    order = NewIntake(
        referral=_referral(life),
        client=NewClient(
            identity=Identity(
                life.person.given_name, life.person.family_name, life.person.date_of_birth
            ),
            contacts=tuple(_contacts(life)),
            consents=tuple(_consents(life)),
        ),
    )
    with life.acting(COORDINATOR, Permission.INTAKE_WRITE) as work:
        made = intakes.register(work.session, order, actor=work.actor, now=work.now)
    life.case_id, life.client_id, life.intake_id = made.case_id, made.client_id, made.id


def asked_on(life: Life) -> None:
    """The answers are of this day; a worked example has a day of its own."""
    life.intake["referral"]["referral_date"] = life.day.isoformat()


def take(life: Life) -> None:
    """The coordinator takes the referral on."""
    with life.acting(COORDINATOR, Permission.REFERRAL_WORK) as work:
        version = work.version(Case, life.case_id)
        referrals.take(work.session, life.case_id, version=version, actor=work.actor, now=work.now)


def triage(life: Life) -> None:
    """A first look, by telephone."""
    with life.acting(COORDINATOR, Permission.REFERRAL_WORK) as work:
        version = work.version(Case, life.case_id)
        look = Triage(life.day, "phone")
        referrals.triage(
            work.session, life.case_id, look, version=version, actor=work.actor, now=work.now
        )


def ring(life: Life) -> None:
    """Somebody rings, and nobody answers."""
    who = life.worker if life.is_active else COORDINATOR
    with life.acting(who, Permission.REFERRAL_WORK) as work:
        channel, outcome = life.rng.choice((("phone", "no_reply"), ("phone", "message_left")))
        order = NewAttempt(work.now - ON_THE_PHONE, channel, outcome)
        contact_attempts.record(work.session, life.case_id, order, actor=work.actor, now=work.now)


def fill_early(life: Life) -> None:
    """The first two sections of the draft."""
    _save(life, EARLY)


def fill_most(life: Life) -> None:
    """The draft up to the physical section."""
    _save(life, MOST_OF_IT)


def fill(life: Life) -> None:
    """All sections of the draft."""
    _save(life, vignettes.answers_body({"intake": life.intake}))


def interrupt(life: Life) -> None:
    """The line breaks: the draft stays, with a task to ring again tomorrow."""
    said = Interruption("The line went dead in the middle.", life.now + dt.timedelta(hours=22))
    with life.acting(COORDINATOR, Permission.INTAKE_WRITE) as work:
        version = work.version(Intake, life.intake_id)
        intake_ends.interrupt(
            work.session, life.intake_id, said, version=version, actor=work.actor, now=work.now
        )


def give_up(life: Life) -> None:
    """The person decides against it; the draft ends with the referral."""
    with life.acting(COORDINATOR, Permission.INTAKE_WRITE) as work:
        version = work.version(Intake, life.intake_id)
        intake_ends.give_up(
            work.session, life.intake_id, "client_declined", version=version, actor=work.actor,
            now=work.now,
        )  # fmt: skip


def hand_in(life: Life) -> None:
    """The intake is handed in."""
    with life.acting(COORDINATOR, Permission.INTAKE_WRITE) as work:
        version = work.version(Intake, life.intake_id)
        intake_submission.submit(
            work.session, life.intake_id, version=version, actor=work.actor, now=work.now
        )
    life.stage.has_observed = True


def assign(life: Life) -> None:
    """A lead names the key worker."""
    with life.acting(LEAD, Permission.CASE_ASSIGN) as work:
        key_workers.assign(
            work.session,
            life.case_id,
            life.stage.id_of(life.worker),
            version=work.version(Case, life.case_id),
            actor=work.actor,
            now=work.now,
        )


def _save(life: Life, wanted: Iterable[str]) -> None:
    answers = vignettes.answers_body({"intake": life.intake})
    with life.acting(COORDINATOR, Permission.INTAKE_WRITE) as work:
        version = work.version(Intake, life.intake_id)
        chosen = {name: answers[name] for name in wanted if name in answers}
        intakes.save(
            work.session, life.intake_id, chosen, version=version, actor=work.actor, now=work.now
        )
    life.stage.has_observed = True


def _referral(life: Life) -> Referral:
    marked = next((one for one in REFERRERS if life.has(one)), None)
    source = marked or life.rng.choice(sorted(REFERRERS))
    name, organisation, reason = REFERRERS[source]
    words = {
        "reason": reason,
        "referrer_name": name,
        "referrer_organisation": organisation,
    }
    return Referral(
        source=source,
        referral_date=life.day,
        urgency="urgent" if life.has("urgent") else "routine",
        details={key: value for key, value in words.items() if value},
    )


def _contacts(life: Life) -> Iterable[ContactOrder]:
    for channel in ("sms", "phone"):
        yield ContactOrder(
            channel=channel,
            value=life.person.phone,
            is_safe=True,
            is_preferred=channel == "sms",
            may_leave_message=life.rng.random() < 0.5,  # noqa: PLR2004 - every second person
            is_confirmed=True,
        )


def _consents(life: Life) -> Iterable[ConsentOrder]:
    soon = life.stage.today + ENDS_SOON
    ends = soon if life.has("consent_ends") else life.stage.today + CONSENT_LASTS
    given = {
        "treatment": True,
        "reminders": not life.has("no_texts"),
        "share_gp": life.tells_gp,
        "share_urology": life.story.like == "V04",
        "national_reporting": life.rng.random() < 0.7,  # noqa: PLR2004 - most people
    }
    for purpose, agreed in given.items():
        status = "given" if agreed else "refused"
        yield ConsentOrder(purpose, status, WORDING, expires_on=ends if agreed else None)
