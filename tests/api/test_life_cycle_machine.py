"""Can any order of acts, stale or repeated, bring a case where it must not be, or lose an edit?

Hypothesis makes the order; after each act what is stored is compared with what the model says, and
with the table of moves. `make test` runs a sample, `make test-slow` many times as much.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from werkzeug.test import TestResponse

from intake.clinical import lifecycle
from tests.makers import bookings, cases, moves, orders
from tests.makers.life_cycle import Episode, Note, Proposal, begun_at, everything_said
from tests.makers.progress import note_order
from tests.support.web import Caller, Web

ROLES = ("coordinator", "counsellor", "lead", "second_lead", "auditor")
LEADS = ("lead", "second_lead")
ROLE_OF = {"coordinator": lifecycle.COORDINATOR, "counsellor": lifecycle.COUNSELLOR}
REFUSED = (403, 404, 409, 412, 422)
ALLOWED = {(one.origin, one.target) for one in lifecycle.MOVES}
MOVERS = {(one.origin, one.target): one.roles for one in lifecycle.MOVES}
#: These need nothing but what is said: a fresh request of the right role must succeed.
ONLY_SAID = {"transferred", "deceased", "declined"}
#: Rows that count their versions; each version has an event of its own.
VERSIONED = ("cases", "intakes", "progress_notes", "case_proposals", "appointments")
VERSIONS = " UNION ALL ".join(
    f"SELECT '{name}' AS what, id, version FROM {name} WHERE site_id = :s"  # noqa: S608 - ours
    for name in VERSIONED
)


class LifeCycle(RuleBasedStateMachine):
    """One person, their cases, and a team that does as it pleases."""

    #: Given by the test.
    web: Web

    def __init__(self) -> None:
        """A new site, where nobody has been yet."""
        super().__init__()
        self.client_id = ""
        self.site = self.web.site()
        self.day = bookings.MONDAY.date()
        self.people: dict[str, Caller] = {}
        self.episodes: list[Episode] = []
        self.notes: list[Note] = []
        self.proposals: list[Proposal] = []
        self.sent = itertools.count(1)

    # --- where it begins

    @initialize(
        begins=st.sampled_from(["referred", "intake", "plan_chosen", "active", "ready", "ready"])
    )
    def begin(self, begins: str) -> None:
        """Somebody is as far along as that."""
        case = begun_at(self.web, self.site, begins)
        self.people = {
            "coordinator": case.coordinator,
            "counsellor": case.counsellor,
            "lead": case.lead,
            "second_lead": self.site.person("clinical_lead"),
            "auditor": self.site.person("auditor"),
        }
        self.client_id = case.client_id
        state = case.lead.get(f"/cases/{case.id}").get_json()["state"]
        self.episodes.append(Episode(case.id, state, len(self._moves(case.id))))
        self.day = self._today()

    # --- acts

    @rule(
        who=st.sampled_from(ROLES),
        where=st.one_of(st.integers(0, 5), st.sampled_from(lifecycle.STATES)),
        says_all=st.sampled_from([True, True, False]),
        is_stale=st.sampled_from([False, False, False, True]),
        which=st.integers(0, 3),
    )
    def move(
        self, *, who: str, where: int | str, says_all: bool, is_stale: bool, which: int
    ) -> None:
        """Anybody asks for any move, one in the table or not, complete or not, fresh or stale."""
        one = self._episode(which)
        before = one.state
        targets = lifecycle.allowed_targets(before) or lifecycle.STATES
        to = where if isinstance(where, str) else targets[where % len(targets)]
        said = everything_said(before, to, self.day) if says_all else {}
        version = self._version(one.id) - is_stale
        path = f"/cases/{one.id}/transitions"

        answer = self.people[who].act(path, {"to": to, **said}, version=version)

        self._judge(answer)
        if is_stale and version and who in LEADS:
            assert answer.status_code == 412, answer.json
        role = ROLE_OF.get(who, lifecycle.LEAD if who in LEADS else who)
        may = role in MOVERS.get((before, to), ())
        if answer.status_code == 200:
            assert (may, is_stale) == (True, False), (who, before, to)
            self._follow(one, to, answer.get_json())
        elif may and not is_stale and says_all and who in (*LEADS, "coordinator"):
            assert to not in ONLY_SAID or self._has_other(one), (before, to, answer.json)

    @rule(which=st.integers(0, 3), who=st.sampled_from(ROLES), kind=st.sampled_from(
        ["discharge", "discharge", "correction"]))  # fmt: skip
    def propose(self, *, which: int, who: str, kind: str) -> None:
        """Somebody proposes a discharge, or that a death was entered in error."""
        one = self._episode(which)
        said: dict[str, Any] = {"kind": "correction", "reason": "Another person of that name"}
        if kind == "discharge":
            said = moves.DISCHARGE | {"discharge_date": self.day.isoformat()}

        answer = self.people[who].post(f"/cases/{one.id}/proposals", said)

        self._judge(answer)
        if answer.status_code == 201:
            assert who not in ("coordinator", "auditor")
            self.proposals.append(Proposal(answer.get_json()["id"], kind, one.id, who))

    @precondition(lambda self: self.proposals)
    @rule(which=st.integers(0, 3), who=st.sampled_from(ROLES), agrees=st.booleans())
    def decide(self, *, which: int, who: str, agrees: bool) -> None:
        """Somebody decides on a proposal; nobody on their own, nobody twice."""
        proposal = self.proposals[which % len(self.proposals)]
        path = f"/proposals/{proposal.id}"
        read = self.people["lead"].get(path).get_json()
        act, said = ("approve", None) if agrees else ("return", {"comment": "Not yet, please"})

        answer = self.people[who].act(f"{path}/actions/{act}", said, version=read["version"])

        self._judge(answer)
        if answer.status_code == 200:
            assert read["state"] == "proposed"
            assert who in LEADS
            assert who != proposal.by
            one = next(found for found in self.episodes if found.id == proposal.case_id)
            if agrees:
                one.state = self._read(one.id)["state"]
                one.moves += 1
                assert (one.state == "discharged") == (proposal.kind == "discharge") or (
                    proposal.kind == "correction"
                )

    @precondition(lambda self: self._episode(0).state in ("active", "step_down", "deceased"))
    @rule()
    def agree_alone(self) -> None:
        """A lead proposes and agrees to it without anybody else."""
        one = self._episode(0)
        kind = "correction" if one.state == "deceased" else "discharge"
        self.propose(which=0, who="lead", kind=kind)
        last = self.proposals[-1] if self.proposals else None
        if last is not None and (last.case_id, last.by) == (one.id, "lead"):
            answer = self.people["lead"].act(f"/proposals/{last.id}/actions/approve", version=1)
            assert answer.status_code in (403, 409, 412), answer.json

    @rule(which=st.integers(0, 3), who=st.sampled_from(["lead", "counsellor"]))
    def draft(self, *, which: int, who: str) -> None:
        """A note is begun; the same request sent again makes no second one."""
        one, key = self._episode(which), str(uuid.uuid4())
        order = note_order(format="free", sections={"text": f"Draft {next(self.sent)}"})
        path = f"/cases/{one.id}/notes"

        answer = self.people[who].post(path, order, idempotency_key=key)
        again = self.people[who].post(path, order, idempotency_key=key)

        self._judge(answer)
        assert again.status_code == answer.status_code
        if answer.status_code == 201:
            assert one.state not in lifecycle.TERMINAL_STATES
            assert again.get_json() == answer.get_json()
            made = Note(answer.get_json()["id"], who, order["sections"]["text"])
            self.notes.append(made)
            other = note_order(format="free", sections={"text": "Something else"})
            reused = self.people[who].post(path, other, idempotency_key=key)
            assert reused.status_code in (409, 422), reused.json

    @precondition(lambda self: self.notes)
    @rule(which=st.integers(0, 3), is_stale=st.booleans(), signs=st.booleans())
    def write(self, *, which: int, is_stale: bool, signs: bool) -> None:
        """Its author writes on from a version that is the present one, or isn't; or signs."""
        note = self.notes[which % len(self.notes)]
        author, path = self.people[note.author], f"/notes/{note.id}"
        version, text = note.version - is_stale, f"Written {next(self.sent)}"

        if signs:
            answer = author.act(f"{path}/actions/sign", version=version)
        else:
            answer = author.patch(path, {"sections": {"text": text}}, version=version)

        self._judge(answer)
        if answer.status_code == 200:
            assert not is_stale
            assert not note.is_signed
            note.version += 1
            note.is_signed = signs
            note.text = note.text if signs else text

    @rule(which=st.integers(0, 3))
    def assign(self, which: int) -> None:
        """A lead names the key worker."""
        one = self._episode(which)
        order = {"key_worker_id": str(self.people["counsellor"].staff_id)}
        path = f"/cases/{one.id}/actions/assign"
        self._judge(self.people["lead"].act(path, order, version=self._version(one.id)))

    @rule(which=st.integers(0, 3), ahead=st.integers(1, 60), hour=st.integers(9, 16))
    def book(self, *, which: int, ahead: int, hour: int) -> None:
        """A visit with the counsellor, with its reminders."""
        one = self._episode(which)
        start = f"{self.day + dt.timedelta(days=ahead)}T{hour:02}:00"
        order = {
            "case_id": one.id, "staff_id": str(self.people["counsellor"].staff_id),
            "kind": "session", "mode": "in_person", "local_start": start, "minutes": 50,
        }  # fmt: skip

        answer = self.people["coordinator"].post("/appointments", order)

        self._judge(answer)
        assert answer.status_code != 201 or one.state not in lifecycle.TERMINAL_STATES

    @rule()
    def refer_again(self) -> None:
        """Somebody who has a case, or had one, is referred once more."""
        order = {
            "client_id": self.client_id,
            "referral": orders.referral_order(referral_date=self.day.isoformat()),
        }

        answer = self.people["coordinator"].post("/intakes", order)

        self._judge(answer)
        if answer.status_code == 201:
            assert len(self._open_ones()) == 1, "a second open case"
            self.episodes.append(Episode(answer.get_json()["case_id"], "referred", 1))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        """Time goes on."""
        self.day += dt.timedelta(days=days)
        cases.at_ten(self.web, self.day.isoformat())

    # --- what is true after each act

    @invariant()
    def the_state_is_that_of_the_model(self) -> None:
        """Every case is known, and where it stands."""
        rows = self.web.rows("SELECT id, state FROM cases WHERE client_id = :c",
                             c=self.client_id) if self.episodes else []  # fmt: skip
        assert {str(row.id): row.state for row in rows} == {
            one.id: one.state for one in self.episodes
        }

    @invariant()
    def every_case_came_here_by_allowed_moves(self) -> None:
        """The moves form a path through the table."""
        for one in self.episodes:
            made = self._moves(one.id)
            assert len(made) == one.moves
            assert made[-1].to_state == one.state
            for earlier, later in itertools.pairwise(made):
                assert later.from_state == earlier.to_state
            for row in made:
                is_allowed = (row.from_state, row.to_state) in ALLOWED
                assert is_allowed or (row.event, row.from_state) == ("corrected", "deceased")

    @invariant()
    def no_edit_is_lost(self) -> None:
        """A note holds what was last accepted."""
        for note in self.notes:
            read = self.people[note.author].get(f"/notes/{note.id}").get_json()
            assert (read["sections"]["text"], read["version"]) == (note.text, note.version)
            assert (read["state"] == "signed") == note.is_signed

    @invariant()
    def every_version_has_its_event(self) -> None:
        """Nothing was written without saying so."""
        written = {
            (row.entity_id, row.entity_version)
            for row in self.web.rows(
                "SELECT entity_id, entity_version FROM audit_events WHERE site_id = :s"
                " AND action <> 'R' AND outcome = 0",
                s=self.site.id,
            )
        }
        stored = self.web.rows(VERSIONS, s=self.site.id)
        lost = [(row.what, n) for row in stored for n in range(1, row.version + 1)
                if (row.id, n) not in written]  # fmt: skip
        assert lost == []

    @invariant()
    def one_case_is_open(self) -> None:
        """A person has one open case at most."""
        assert len(self._open_ones()) <= 1

    @invariant()
    def nobody_is_reminded_of_a_case_that_ended(self) -> None:
        """No visit or reminder outlives a case."""
        left = self.web.rows(
            "SELECT r.id FROM reminders r JOIN appointments a ON a.id = r.appointment_id"
            " JOIN cases c ON c.id = a.case_id WHERE c.site_id = :s AND c.state = ANY(:ended)"
            " AND (r.state = 'scheduled' OR (a.status = 'booked' AND lower(a.during) > now()"
            " + (SELECT shift FROM clinic_clock)))",
            s=self.site.id, ended=sorted(lifecycle.TERMINAL_STATES),
        )  # fmt: skip
        assert left == []

    # --- what the rules share

    def _judge(self, answer: TestResponse) -> None:
        """Done with an event of a write, or refused without one."""
        assert answer.status_code in (200, 201, *REFUSED), answer.json
        written = self.web.rows(
            "SELECT 1 FROM audit_events WHERE site_id = :s AND request_id = :r"
            " AND action IN ('C', 'U', 'D') AND outcome = 0",
            s=self.site.id, r=answer.headers["X-Request-Id"],
        )  # fmt: skip
        assert bool(written) == (answer.status_code in (200, 201)), answer.json

    def _follow(self, one: Episode, to: str, body: dict[str, Any]) -> None:
        """The model after a move; reopening makes a new case."""
        if body["id"] == one.id:
            one.state, one.moves = to, one.moves + 1
        else:
            assert (one.state in lifecycle.REOPENABLE_STATES, to) == (True, "intake")
            self.episodes.append(Episode(body["id"], "intake", 1))

    def _episode(self, which: int) -> Episode:
        return self.episodes[-1 - which % len(self.episodes)]

    def _has_other(self, one: Episode) -> bool:
        return any(other != one.id for other in self._open_ones())

    def _open_ones(self) -> list[str]:
        if not self.episodes:
            return []
        rows = self.web.rows("SELECT id FROM cases WHERE client_id = :c AND state <> ALL(:ended)",
                             c=self.client_id, ended=sorted(lifecycle.TERMINAL_STATES))  # fmt: skip
        return [str(row.id) for row in rows]

    def _read(self, case_id: str) -> dict[str, Any]:
        body: dict[str, Any] = self.people["lead"].get(f"/cases/{case_id}").get_json()
        return body

    def _version(self, case_id: str) -> int:
        return int(self._read(case_id)["version"])

    def _moves(self, case_id: str) -> list[Any]:
        return self.web.rows("SELECT * FROM case_transitions WHERE case_id = :c ORDER BY at, id",
                             c=case_id)  # fmt: skip

    def _today(self) -> dt.date:
        (row,) = self.web.rows("SELECT now() + shift AS at FROM clinic_clock")
        found: dt.date = row.at.date()
        return found


def explore(web: Web, *, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        type("AtThisSite", (LifeCycle,), {"web": web}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            # Each example is a hundred requests: to shorten one would take longer than to read it.
            phases=(Phase.generate,),
            report_multiple_bugs=False,
        ),
    )


@pytest.mark.timeout(300)
def test_life_cycle_machine(web: Web) -> None:
    explore(web, examples=20, steps=12)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_life_cycle_machine_at_length(web: Web) -> None:
    explore(web, examples=150, steps=40)
