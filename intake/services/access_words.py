"""How does one event of the audit trail read? Act and noun as a plain sentence without a subject.

Most sentences are a verb and a noun; those that would read badly stand in SENTENCES.
"""

from __future__ import annotations

VERBS = {
    "abandon": "gave up",
    "acknowledge": "took on",
    "activate": "put into use a key of",
    "add": "added a key to",
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
    "close": "closed",
    "compute": "computed",
    "confirm": "added a laboratory's results to",
    "correct": "put right what was said of",
    "create": "recorded",
    "decide": "decided",
    "decline": "recorded as declined",
    "done": "finished",
    "enter_in_error": "marked as entered in error",
    "escalate": "told every clinical lead of",
    "hand_back": "handed back",
    "hand_over": "handed over",
    "list": "read a list of",
    "lift": "lifted",
    "move": "moved",
    "no_show": "recorded that the person missed",
    "not_sent": "held back",
    "open": "opened",
    "plan": "planned",
    "place": "placed",
    "raise": "raised",
    "read": "read",
    "reassign": "gave somebody else",
    "refused": "was refused a request about",
    "refuse": "refused",
    "remove": "took a key out of",
    "replay": "repeated a request about",
    "review": "reviewed",
    "request_lift": "asked to lift",
    "revoke": "revoked",
    "rewrap": "wrapped data keys anew with",
    "rotate": "put a new key into use in",
    "save": "saved a draft of",
    "send_attempted": "tried to send",
    "send_failed": "could not deliver",
    "sign": "signed",
    "sign_off": "signed off",
    "status": "counted",
    "submit": "handed in",
    "supersede": "replaced",
    "take": "took on",
    "tail": "read the end of",
    "try_out": "tried out, with nothing kept, a change of",
    "update": "corrected",
    "withdraw": "called off",
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
    "instrument": "an instrument",
    "intake": "the intake",
    "key_ring": "the key ring",
    "legal_hold": "a legal hold",
    "notice": "a notice to staff",
    "plan": "the plan",
    "progress_note": "a progress note",
    "recommendation": "the recommendation",
    "referral": "the referral",
    "reminder": "a reminder",
    "session": "a session",
    "session_record": "what was asked at a visit",
    "staff": "an account",
    "task": "a task",
    "use_entry": "an entry of the use log",
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
    "instrument": "instruments",
    "intake": "intakes",
    "legal_hold": "legal holds",
    "plan": "plans",
    "progress_note": "progress notes",
    "recommendation": "recommendations",
    "referral": "referrals",
    "reminder": "reminders",
    "session": "sessions",
    "session_record": "records of visits",
    "task": "tasks",
    "use_entries": "the use log",
    "use_entry": "entries of the use log",
}
SENTENCES = {
    ("api_key", "create"): "made an API key",
    ("case", "move"): "moved the case to its next state",
    ("client", "create"): "registered the person",
    ("client", "erase"): "erased the person's identity for good",
    ("client", "match"): "looked for the same person",
    ("consent", "given"): "recorded a consent",
    ("consent", "refused"): "recorded a refusal of consent",
    ("consent", "withdrawn"): "recorded a withdrawal of consent",
    ("disclosure", "hand_over"): "handed over what was disclosed",
    ("disclosure", "list"): "read the accounting of disclosures",
    ("disclosure", "release"): "disclosed records outside the service",
    ("disclosure_consent", "given"): "recorded a consent to disclosure",
    ("disclosure_consent", "revoked"): "recorded that a consent to disclosure was revoked",
    ("contact", "needs_check"): "marked a number as to be checked",
    ("recommendation", "preview"): "compared stored recommendations with another rule set",
    ("intake", "create"): "registered the referral and began the intake",
    ("recommendation", "confirm"): "asked for the recommendation again; nothing had changed",
    ("referral", "triage"): "recorded the first look at the referral",
    ("reminder", "inbox"): "read what the gateway holds",
    ("progress_note", "amend"): "began an addendum to a progress note",
    ("progress_note", "create"): "began a progress note",
    ("session", "mfa_setup"): "set up a second factor",
    ("session", "sign_in"): "signed in",
    ("session", "sign_out"): "signed out",
    ("session", "whoami"): "looked up their own roles",
    ("staff", "accept_invite"): "took up an invitation",
    ("staff", "bootstrap"): "invited the first administrator",
    ("staff", "create"): "made an account",
    ("staff", "disable"): "disabled an account",
    ("staff", "invite"): "invited somebody to an account",
    ("staff", "password"): "changed their password",
    ("staff", "reset_mfa"): "took a second factor away",
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
