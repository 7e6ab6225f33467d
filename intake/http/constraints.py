"""What does a failure of the database mean to a person? A refusal, or a defect of ours."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from intake import errors

IDLE_IN_TRANSACTION = "25P03"
IDEMPOTENCY_RACE = "pk_idempotency_keys"
CONFLICTS = {
    "uq_consent_revocations_site_id_consent_id": "This consent was revoked already.",
    "uq_counselling_note_keys_site_id_case_id_author_id": (
        "Your first note of this case is being stored at this moment. Send it again."
    ),
    "uq_progress_notes_one_unsigned_addendum": (
        "You have an unsigned addendum to this note; finish that one first."
    ),
    "uq_session_records_site_id_appointment_id": (
        "What was asked at this visit is recorded already. Change that record."
    ),
    "no_double_booking": (
        "This member of staff already has an appointment in that time. Choose another time."
    ),
    "uq_cases_one_open_per_client": (
        "This person already has an open case. Continue there, or close it first."
    ),
    "uq_plan_decisions_one_current": (
        "A decision is already in force for this case. Read the case again."
    ),
    "uq_erasures_one_open_per_client": "An erasure of this person is under way already.",
    "client_not_merged": "This record was merged into another one. Look for the person again.",
    "uq_client_distinctions_site_id_client_id_other_id": (
        "Somebody said already that these two are not the same."
    ),
    "uq_client_merges_site_id_merged_id": "This record was merged already.",
    "uq_case_proposals_one_open": (
        "A proposal for this case is open already. Have it approved or returned first."
    ),
    "uq_outbound_referrals_one_open_per_adjunct": (
        "This addition to the plan is being asked for already. Continue with that referral."
    ),
    "uq_plan_decisions_one_in_force": (
        "A decision came into force at this moment. Read the case again."
    ),
    "uq_programmes_site_id_name": "A programme of this name is there already.",
    "uq_placements_one_open_per_programme": (
        "This person waits for, or has, a place in this programme. Continue with that one."
    ),
    "uq_intakes_site_id_case_id": "This case already has an intake.",
    "uq_reminders_site_id_resend_of": "This reminder was sent again already.",
}
REFERENCES = {
    "client_id": ("/client_id", "There is no such client here."),
    "case_id": ("/case_id", "There is no such case here."),
    "for_staff_id": ("/for_staff_id", "Nobody with this id works at this site."),
    "from_staff_id": ("/from_staff_id", "Nobody with this id works at this site."),
    "to_staff_id": ("/to_staff_id", "Nobody with this id works at this site."),
    "staff_id": ("/staff_id", "Nobody with this id works at this site."),
    "key_worker_id": ("/key_worker_id", "Nobody with this id works at this site."),
    "taken_by": ("/taken_by", "Nobody with this id works at this site."),
    "other_id": ("/client/not_duplicate_of", "There is no such client here."),
    "owner_id": ("/owner_id", "Nobody with this id works at this site."),
    "follow_up_id": ("/follow_up_id", "There is no such follow-up here."),
}


def in_our_words(error: BaseException) -> errors.IntakeError | None:
    """The refusal that a failure means, or None for a defect of ours."""
    if isinstance(error, errors.IntakeError):
        return error
    if isinstance(error, StaleDataError):
        return errors.PreconditionFailed()
    if isinstance(error, IntegrityError):
        return refusal_of(error)
    if isinstance(error, (OperationalError, PoolTimeout)) or (
        isinstance(error, DBAPIError) and (error.connection_invalidated or _was_idle(error))
    ):
        return errors.Unavailable("The database doesn't answer; nothing was saved. Try again.")
    return None


def is_idempotency_race(error: BaseException) -> bool:
    """Whether two requests with one key stored their answers at the same moment."""
    return isinstance(error, IntegrityError) and _name_of(error) == IDEMPOTENCY_RACE


def refusal_of(error: IntegrityError) -> errors.IntakeError | None:
    """The refusal behind a broken constraint, or None when it is a defect of ours."""
    name = _name_of(error)
    if name in CONFLICTS:
        return errors.Conflict(CONFLICTS[name])
    if name.startswith("fk_"):
        for column, (pointer, sentence) in REFERENCES.items():
            if name.endswith(column):
                return errors.ValidationFailed(errors.FieldError(pointer, "unknown", sentence))
    return None


def _was_idle(error: DBAPIError) -> bool:
    """Whether the database gave up waiting for this process, which was too busy to go on."""
    return getattr(error.orig, "sqlstate", None) == IDLE_IN_TRANSACTION


def _name_of(error: IntegrityError) -> str:
    """The broken constraint."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
