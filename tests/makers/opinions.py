"""A second opinion that was asked for, put there because a real one needs an assessed case."""

from __future__ import annotations

import uuid

from tests.makers.cases import CaseOf
from tests.support.web import Caller, Web


def question(web: Web, case: CaseOf, colleague: Caller) -> str:
    """Its identifier; nothing is sealed in it."""
    made = str(uuid.uuid4())
    web.run(
        "INSERT INTO tasks (site_id, id, case_id, recommendation_id, asked_by, kind, source,"
        " owner_id, due_at, state, created_at, version)"
        " SELECT site_id, :i, case_id, id, :w, 'second_opinion', 'plan', :o, now(), 'open', now(),"
        " 1 FROM recommendations WHERE case_id = :c LIMIT 1",
        i=made,
        w=case.counsellor.staff_id,
        o=colleague.staff_id,
        c=case.id,
    )
    return made
