"""Every form of the console and the same act by API; `test_pages_and_api` runs both."""

from tests.web.pairs import (
    assessments,
    case_work,
    decisions,
    home,
    intakes,
    plans,
    sign_in,
    visits,
    ways,
)

PAIRS = (
    *sign_in.PAIRS,
    *home.PAIRS,
    *intakes.PAIRS,
    *assessments.PAIRS,
    *plans.PAIRS,
    *case_work.PAIRS,
    *decisions.PAIRS,
    *visits.PAIRS,
    *ways.PAIRS,
)
