"""How does the head of a case's page read? Who it is, how to reach them, what they agreed to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from intake.access import Actor, Permission
from intake.services.case_page_shapes import CasePage
from intake.web import case_words, contact_words, words

#: What the plan asks for is shown as a next action this long before its last day.
SOON = dt.timedelta(days=14)
#: A consent that ends within this is said at the head of the page.
ENDS_SOON = dt.timedelta(days=30)
NAMELESS = "Erased record"
EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)
P = Permission


@dataclass(frozen=True, slots=True)
class Head:
    """The identity bar, as the macro `identity` takes it."""

    name: str
    facts: tuple[str, ...]
    badges: tuple[tuple[str, ...], ...]
    details: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """For whom a page is put into words."""

    page: CasePage
    actor: Actor

    @property
    def zone(self) -> str:
        """The time zone of the site."""
        return self.actor.time_zone

    def name(self, staff_id: uuid.UUID | None) -> str:
        """Whose it is; oneself is "You"."""
        if staff_id == self.actor.staff_id:
            return "You"
        return self.page.staff.get(staff_id, "") if staff_id else ""


def head(one: Writing) -> Head:
    """Who this is, how to reach them safely, and what they agreed to."""
    page, person = one.page, one.page.person
    facts = [page.case.reference]
    if person is not None:
        born = person.date_of_birth
        facts = [
            words.many(_age(born, page.today), "year"),
            *([person.pronouns] if person.pronouns else []),
            f"Born {words.long_day(born)}",
            page.case.reference,
        ]
    return Head(title(page), tuple(facts), tuple(_badges(one)), tuple(_details(one)))


def title(page: CasePage) -> str:
    """The name of the person, where the reader may know it; else the case."""
    if page.person is not None:
        return f"{page.person.preferred_name or page.person.given_name} {page.person.family_name}"
    return NAMELESS if P.CLIENT_READ in page.sees else f"Case {page.case.reference}"


def _age(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _badges(one: Writing) -> Iterator[tuple[str, ...]]:
    page = one.page
    yield case_words.toned(case_words.STATES, page.case.state)
    if page.plan.value is not None:
        yield case_words.of(case_words.SETTINGS, page.plan.value.chosen_setting), "info"
    serious = [one for one in page.alerts.value or () if one.priority in ("critical", "high")]
    if serious:
        yield words.many(len(serious), "serious alert"), "bad", "exclamation-triangle-fill"


def _details(one: Writing) -> Iterator[tuple[str, ...]]:
    page = one.page
    yield "Key worker", one.name(page.case.key_worker_id) or "Nobody yet"
    if page.contacts.is_broken:
        yield "Contact", "A stored value can't be trusted", "exclamation-triangle-fill", "bad"
    for point in (page.contacts.value or [])[:2]:
        icon = "envelope" if point.channel in ("email", "post") else "telephone"
        yield case_words.of(case_words.CHANNELS, point.channel), point.value or "Not known", icon
        yield contact_words.safe(point)
    if page.contacts.value == []:
        yield "Contact", "No way to reach them is known", "exclamation-triangle-fill", "warn"
    if page.consents.value is not None:
        yield _agreed(one)


def _agreed(one: Writing) -> tuple[str, ...]:
    """What leaves the house by consent, and until when; treatment goes without saying."""
    found = one.page.consents.value or ()
    given = [each for each in found if each.status == "given"]
    if not any(each.purpose == "treatment" for each in given):
        return "Consent", "None to treatment", "exclamation-triangle-fill", "bad"
    others = [case_words.of(case_words.PURPOSES, each.purpose) for each in given]
    others.remove(case_words.PURPOSES["treatment"])
    ends = [each.expires_on for each in given if each.expires_on]
    until = f", to {words.long_day(min(ends))}" if ends else ""
    is_soon = bool(ends) and min(ends) - one.page.today <= ENDS_SOON
    icon, tone = ("exclamation-triangle-fill", "warn") if is_soon else ("check-circle-fill", "ok")
    return "Consent", (", ".join(others) or "Treatment only") + until, icon, tone
