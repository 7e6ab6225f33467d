"""How does one event of the audit trail read? Act and noun as a plain sentence without a subject.

Most sentences are a verb and a noun; those that would read badly stand whole in
`access_sentences.py`.
"""

from __future__ import annotations

from intake.services.access_sentences import SENTENCES

VERBS = {
    "abandon": "gave up",
    "acknowledge": "took on",
    "activate": "put into use a key of",
    "add": "added a key to",
    "accept": "accepted",
    "amend": "amended",
    "arrange": "arranged",
    "approve": "agreed to",
    "assign": "named the key worker of",
    "attend": "recorded attendance at",
    "book": "booked",
    "cancel": "cancelled",
    "cancelled": "cancelled",
    "carry_out": "carried out",
    "check_in": "recorded the person's arrival for",
    "clear": "threw away",
    "close": "closed",
    "compute": "computed",
    "confirm": "added a laboratory's results to",
    "correct": "put right what was said of",
    "create": "recorded",
    "decide": "decided",
    "decline": "recorded as declined",
    "done": "finished",
    "enter_in_error": "marked as entered in error",
    "end": "ended",
    "escalate": "told every clinical lead of",
    "failed": "met an error of ours with",
    "hand_back": "handed back",
    "hand_over": "handed over",
    "keep": "kept",
    "list": "read a list of",
    "lift": "lifted",
    "move": "moved",
    "no_show": "recorded that the person missed",
    "not_sent": "held back",
    "offer": "offered",
    "open": "opened",
    "plan": "planned",
    "place": "placed",
    "propose": "made",
    "raise": "raised",
    "read": "read",
    "reassign": "gave somebody else",
    "refused": "was refused a request about",
    "refuse": "refused",
    "reopen": "opened again",
    "remove": "took a key out of",
    "replay": "repeated a request about",
    "return": "returned with a comment",
    "resume": "put back into force",
    "review": "reviewed",
    "request_lift": "asked to lift",
    "revoke": "revoked",
    "rewrap": "wrapped data keys anew with",
    "rotate": "put a new key into use in",
    "save": "saved a draft of",
    "send": "sent",
    "send_attempted": "tried to send",
    "send_failed": "could not deliver",
    "sign": "signed",
    "sign_off": "signed off",
    "start": "recorded the beginning of",
    "status": "counted",
    "submit": "handed in",
    "supersede": "replaced",
    "take": "took on",
    "tail": "read the end of",
    "try_out": "tried out, with nothing kept, a change of",
    "update": "corrected",
    "withdraw": "called off",
    "write": "wrote",
}
NOUNS = {
    "access_log": "the access log",
    "alert": "an alert",
    "api_key": "an API key",
    "appointment": "an appointment",
    "assessment": "an assessment",
    "audit": "the audit trail",
    "break_glass": "an emergency access",
    "case": "the case",
    "caseload": "a caseload",
    "client": "the person's identity",
    "consent": "what the person agreed to",
    "counselling_note": "a counselling note of their own",
    "disclosure": "a disclosure",
    "disclosure_consent": "a consent to disclosure",
    "drug_screen": "a drug screen",
    "contact_attempt": "an attempt to reach the person",
    "contact": "how the person can be reached",
    "cover": "a cover",
    "follow_up": "the follow-up schedule",
    "erasure": "an erasure",
    "goal": "a goal",
    "handover": "a handover of cases",
    "instrument": "an instrument",
    "intake": "the intake",
    "key_ring": "the key ring",
    "legal_hold": "a legal hold",
    "notice": "a notice to staff",
    "medical_clearance": "a medical clearance",
    "medication_review": "a review of medicines",
    "outbound_referral": "a referral to another service",
    "placement": "a place in a programme",
    "plan": "the plan",
    "programme": "a programme",
    "progress_note": "a progress note",
    "proposal": "a proposal for a second person",
    "recommendation": "the recommendation",
    "referral": "the referral",
    "reminder": "a reminder",
    "safety_plan": "the safety plan",
    "session": "a session",
    "session_record": "what was asked at a visit",
    "staff": "an account",
    "task": "a task",
    "timeline": "the course of the case",
    "today": "the board of the day",
    "unsent_form": "what they typed into a form not sent yet",
    "use_entry": "an entry of the use log",
    "worklist": "a worklist",
}
# What a list is of, and what a refused request was about.
PLURALS = {
    "access_log": "access logs",
    "alert": "alerts",
    "api_key": "API keys",
    "appointment": "appointments",
    "assessment": "assessments",
    "break_glass": "emergency accesses",
    "case": "cases",
    "client": "people",
    "consent": "consents",
    "contact_attempt": "attempts to reach the person",
    "counselling_note": "counselling notes of their own",
    "disclosure": "disclosures",
    "disclosure_consent": "consents to disclosure",
    "cover": "covers",
    "erasure": "erasures",
    "drug_screen": "drug screens",
    "follow_up": "follow-ups",
    "goal": "goals",
    "handover": "handovers",
    "instrument": "instruments",
    "intake": "intakes",
    "legal_hold": "legal holds",
    "medical_clearance": "medical clearances",
    "medication_review": "reviews of medicines",
    "outbound_referral": "referrals to other services",
    "placement": "places in programmes",
    "plan": "plans",
    "programme": "programmes",
    "progress_note": "progress notes",
    "proposal": "proposals for a second person",
    "recommendation": "recommendations",
    "referral": "referrals",
    "reminder": "reminders",
    "safety_plan": "versions of the safety plan",
    "session": "sessions",
    "session_record": "records of visits",
    "task": "tasks",
    "unsent_form": "what they typed into forms not sent yet",
    "use_entries": "the use log",
    "use_entry": "entries of the use log",
}
OUTCOMES = {0: "done", 4: "refused", 8: "failed", 12: "failed badly"}


def what_was_done(noun: str, act: str) -> str:
    """Such as "read the intake". A word nobody translated yet is shown as it is stored."""
    known = SENTENCES.get((noun, act))
    if known is not None:
        return known
    verb = VERBS.get(act, act.replace("_", " "))
    return f"{verb} {_words(noun, many=act == 'list')}"


def outcome_in_words(outcome: int) -> str:
    """How it ended: done, refused or failed."""
    return OUTCOMES[outcome]


def _words(noun: str, *, many: bool) -> str:
    """A noun in words; events of refusals carry the plural of it, as the address does."""
    singular = noun.removesuffix("s")
    if many or noun not in NOUNS:
        return PLURALS.get(noun, PLURALS.get(singular, noun.replace("_", " ")))
    return NOUNS[noun]
