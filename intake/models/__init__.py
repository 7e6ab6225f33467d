"""Tables: columns, constraints, relations; nothing else."""

from intake.models.api_keys import ApiKey
from intake.models.appointments import Appointment, AttendanceCorrection
from intake.models.assessments import Assessment
from intake.models.audit import AuditEvent, IdempotencyKey
from intake.models.base import Base
from intake.models.cases import Case, CaseNumber, CaseTransition
from intake.models.clients import Client, ClientToken, Consent, ContactPoint
from intake.models.clock import ClinicClock, JobTick
from intake.models.contact_attempts import ContactAttempt
from intake.models.counselling_notes import CounsellingNote, CounsellingNoteKey
from intake.models.disclosures import ConsentRevocation, Disclosure, DisclosureConsent
from intake.models.drug_screens import DrugScreen
from intake.models.follow_ups import FollowUp
from intake.models.goals import Goal, GoalVersion
from intake.models.handovers import Handover, HandoverCase
from intake.models.holds import Erasure, LegalHold
from intake.models.intakes import Intake
from intake.models.outbound import MedicationReview, OutboundReferral
from intake.models.plans import PlanDecision, Recommendation
from intake.models.programmes import Placement, Programme
from intake.models.progress_notes import ProgressNote
from intake.models.proposals import CaseProposal, MedicalClearance
from intake.models.relations import BreakGlassGrant, Cover
from intake.models.reminders import Reminder, ReminderAttempt, StaffNotice
from intake.models.safety_plans import SafetyPlan
from intake.models.same_person import ClientDistinction, ClientMerge
from intake.models.session_records import SessionRecord
from intake.models.sign_in import Invite, RecoveryCode, SignInFailure
from intake.models.sites import Site, SiteSetting
from intake.models.staff import Membership, Staff, StaffSession
from intake.models.tasks import Alert, Task
from intake.models.unsent_forms import UnsentForm
from intake.models.use_entries import UseEntry

__all__ = [
    "Alert",
    "ApiKey",
    "Appointment",
    "Assessment",
    "AttendanceCorrection",
    "AuditEvent",
    "Base",
    "BreakGlassGrant",
    "Case",
    "CaseNumber",
    "CaseProposal",
    "CaseTransition",
    "Client",
    "ClientDistinction",
    "ClientMerge",
    "ClientToken",
    "ClinicClock",
    "Consent",
    "ConsentRevocation",
    "ContactAttempt",
    "ContactPoint",
    "CounsellingNote",
    "CounsellingNoteKey",
    "Cover",
    "Disclosure",
    "DisclosureConsent",
    "DrugScreen",
    "Erasure",
    "FollowUp",
    "Goal",
    "GoalVersion",
    "Handover",
    "HandoverCase",
    "IdempotencyKey",
    "Intake",
    "Invite",
    "JobTick",
    "LegalHold",
    "MedicalClearance",
    "MedicationReview",
    "Membership",
    "OutboundReferral",
    "Placement",
    "PlanDecision",
    "Programme",
    "ProgressNote",
    "Recommendation",
    "RecoveryCode",
    "Reminder",
    "ReminderAttempt",
    "SafetyPlan",
    "SessionRecord",
    "SignInFailure",
    "Site",
    "SiteSetting",
    "Staff",
    "StaffNotice",
    "StaffSession",
    "Task",
    "UnsentForm",
    "UseEntry",
]
