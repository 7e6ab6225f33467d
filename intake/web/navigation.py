"""What is in the menu? One line per screen, shown to those whose role may open it."""

from __future__ import annotations

from dataclasses import dataclass

from intake.access import Permission


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu: label, endpoint, icon, and what one must be allowed to do."""

    label: str
    endpoint: str
    icon: str
    permission: Permission | None = None
    #: How the endpoints of further screens of this line begin
    also: str = ""
    #: Whoever is allowed this has a fuller screen in its place
    instead: Permission | None = None

    @property
    def screen(self) -> str:
        """The screen's part of the endpoint: its other pages belong to this line too."""
        return self.endpoint.rpartition(".")[0]

    def is_for(self, allowed: frozenset[Permission]) -> bool:
        """Whether somebody who is allowed this sees the line."""
        has_fuller = self.instead is not None and self.instead in allowed
        return not has_fuller and (self.permission is None or self.permission in allowed)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as this person sees it."""

    item: Item
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines below one heading; the first group has none."""

    heading: str
    lines: tuple[Line, ...]


# In the order of the menu. A line whose screen isn't there (yet, or in production) isn't shown.
MENU: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "",
        (
            Item("Today", "console.home.show", "house"),
            Item(
                "Intakes",
                "console.intakes.show_list",
                "person-plus",
                Permission.INTAKE_READ,
                also="console.intake_",
            ),
            Item(
                "Caseload",
                "console.caseloads.show",
                "people",
                Permission.PROGRESS_READ,
                also="console.cases.",
            ),
            Item(
                "Cases",
                "console.case_list.show",
                "people",
                Permission.CASE_READ,
                also="console.cases.",
                instead=Permission.PROGRESS_READ,
            ),
            Item(
                "Appointments",
                "console.appointment_list.show",
                "calendar3",
                Permission.APPOINTMENT_READ,
                also="console.appointments.",
            ),
            Item(
                "Proposals",
                "console.proposals.show_list",
                "shield-check",
                Permission.PROPOSAL_DECIDE,
            ),
        ),
    ),
    ("Development", (Item("Style guide", "console.styleguide.show", "journal-text"),)),
)


def groups(
    allowed: frozenset[Permission], known: frozenset[str], endpoint: str
) -> tuple[Group, ...]:
    """The menu of somebody who is allowed this, on the page of that endpoint."""
    found = (
        Group(
            heading,
            tuple(
                Line(item, _is_of(item, endpoint))
                for item in items
                if item.endpoint in known and item.is_for(allowed)
            ),
        )
        for heading, items in MENU
    )
    return tuple(group for group in found if group.lines)


def _is_of(item: Item, endpoint: str) -> bool:
    """Whether a page belongs to a line of the menu."""
    begins = (f"{item.screen}.", item.also) if item.also else f"{item.screen}."
    return endpoint.startswith(begins)
