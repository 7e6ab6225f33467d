"""How is a screen made? A blueprint whose pages must name their permission, or nothing starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from intake.errors import ConfigurationError, IntakeError

View = Callable[..., Any]
#: Nested blueprints: `console.<screen>.<view>` is the endpoint, `<screen>` the noun of its events.
CONSOLE = "console"


class Screen(Blueprint):
    """The pages and forms about one noun.

    A form is sent to the address of the page that shows it: what is refused is shown again
    there, with everything that was typed (`web/refusals.py`).
    """

    def page(self, rule: str) -> Callable[[View], View]:
        """A page at an address."""
        return self._at(rule, "GET", (), "", keeps=False)

    def form(
        self, rule: str, *, again_on: tuple[type[IntakeError], ...] = (), field: str = "",
        keeps: bool = True,
    ) -> Callable[[View], View]:  # fmt: skip
        """What is done with a form sent to an address.

        Args:
            rule: the address of the page that shows the form.
            again_on: further refusals after which the form is shown again.
            field: the name of the field that a refusal without one of its own belongs to.
            keeps: whether what is typed is kept until it is sent (`services/unsent_forms.py`). Not
                where nobody types, where it is saved as a draft anyway, or where it is a secret.
        """
        return self._at(rule, "POST", again_on, field, keeps=keeps)

    def _at(
        self, rule: str, method: str, again_on: tuple[type[IntakeError], ...], field: str, *,
        keeps: bool,
    ) -> Callable[[View], View]:  # fmt: skip
        def wrap(view: View) -> View:
            if not hasattr(view, "permission"):
                raise ConfigurationError(
                    f"{self.name}.{view.__name__} names no permission: put @act(Permission.…) "
                    "below the line with its address."
                )
            view.is_page = True  # type: ignore[attr-defined] # read by the front door
            view.serves = ("text/html",)  # type: ignore[attr-defined] # read by the front door
            view.again_on = again_on  # type: ignore[attr-defined] # read by web/refusals.py
            view.field = field  # type: ignore[attr-defined] # read by web/refusals.py
            view.keeps = keeps  # type: ignore[attr-defined] # read by web/form_places.py
            self.add_url_rule(rule, view_func=view, methods=[method])
            return view

        return wrap


def open_to_all(view: View) -> View:
    """A page that needs nobody and nothing of the database; pinned by a test as one of very few."""
    view.permission = None  # type: ignore[attr-defined] # read by the route test
    return view
