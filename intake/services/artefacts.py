"""What leaves the house: the one place that makes it, so that none leaves without its notice."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.clinical.consent import Allowed
from intake.clinical.consent_terms import HIPAA, REDISCLOSURE

# 42 CFR 2.32(a)(1) and (a)(2) as amended in 2024; a service has its own counsel confirm the text.
NOTICE = (
    "This record which has been disclosed to you is protected by Federal confidentiality rules "
    "(42 CFR part 2). These rules prohibit you from using or disclosing this record, or testimony "
    "that describes the information contained in this record, in any civil, criminal, "
    "administrative, or legislative proceedings by any Federal, State, or local authority, "
    "against the patient, unless authorized by the consent of the patient, except as provided at "
    "42 CFR 2.12(c)(5) or as authorized by a court in accordance with 42 CFR 2.64 or 2.65. In "
    "addition, the Federal rules prohibit you from making any other use or disclosure of this "
    "record unless at least one of the following applies: (i) Further use or disclosure is "
    "expressly permitted by the written consent of the individual whose information is being "
    "disclosed in this record or as otherwise permitted by 42 CFR part 2. (ii) You are a covered "
    "entity or business associate and have received the record for treatment, payment, or health "
    "care operations, or (iii) You have received the record from a covered entity or business "
    "associate as permitted by 45 CFR part 164, subparts A and E. A general authorization for the "
    "release of medical or other information is NOT sufficient to meet the required elements of "
    "written consent to further use or redisclose the record (see 42 CFR 2.31)."
)
SHORT_NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
HIPAA_NOTICE = (
    "A covered entity or business associate that receives this record for treatment, payment or "
    "health care operations may redisclose it as 45 CFR parts 160 and 164 allow, except in "
    "proceedings against the patient."
)
WORDS = {REDISCLOSURE: NOTICE, HIPAA: HIPAA_NOTICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is to leave: to whom, why, allowed by what, and the records themselves.

    `scope` says in plain words what the person agreed to, or what stands in its place.
    """

    disclosure_id: uuid.UUID
    released_at: dt.datetime
    recipient: Mapping[str, str]
    purpose: str
    allowed: Allowed
    scope: Mapping[str, Any]
    records: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Artefact:
    """The finished text (sorted, compact JSON) and its SHA-256."""

    text: str
    sha256: bytes


def make(outgoing: Outgoing) -> Artefact:
    """The one document that leaves.

    Raises ValueError without the notice, and for records beyond what was allowed.
    """
    if REDISCLOSURE not in outgoing.allowed.notices:
        raise ValueError("an artefact carries the notice against redisclosure")
    if frozenset(outgoing.records) != outgoing.allowed.scope:
        raise ValueError("the records aren't what was allowed")
    document = {
        "disclosure_id": str(outgoing.disclosure_id),
        "watermark": f"{SHORT_NOTICE} Disclosure {outgoing.disclosure_id}.",
        "part2": True,
        "notices": [WORDS[name] for name in outgoing.allowed.notices],
        "basis": outgoing.allowed.basis,
        "consent": dict(outgoing.scope),
        "released_at": outgoing.released_at.astimezone(dt.UTC).isoformat(),
        "recipient": dict(outgoing.recipient),
        "purpose": outgoing.purpose,
        "data_classes": sorted(outgoing.records),
        "records": dict(outgoing.records),
    }
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Artefact(text, digest(text))


def digest(text: str) -> bytes:
    """The hash of an artefact's text."""
    return hashlib.sha256(text.encode()).digest()
