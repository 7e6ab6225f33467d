"""Where is a measure going, in the space of a word? A line without axes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from intake.web.charts.drawing import Frame, Scale, circle, path, short

FRAME = Frame(width=92, height=26, left=3, right=7, top=4, bottom=4)


def sparkline(values: Sequence[float], *, label: str = "") -> Markup:
    """A small line through values in order; `label` says in words where it goes."""
    if not values:
        return Markup("")
    across = Scale(0, max(1, len(values) - 1), FRAME.left, FRAME.width - FRAME.right)
    up = Scale(min(values), max(values), FRAME.height - FRAME.bottom, FRAME.top)
    places = [(across(at), up(value)) for at, value in enumerate(values)]
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>'
    ).format(
        FRAME.width,
        FRAME.height,
        label or in_words(values),
        path("line", places) if len(places) > 1 else "",
        circle("dot", places[-1], 3),
    )


def in_words(values: Sequence[float]) -> str:
    """Such as "Falling from 22 to 4"."""
    first, last = values[0], values[-1]
    if len(values) == 1:
        return f"One value, {short(last)}"
    if first == last:
        return f"Unchanged at {short(last)}"
    return f"{'Falling' if last < first else 'Rising'} from {short(first)} to {short(last)}"
