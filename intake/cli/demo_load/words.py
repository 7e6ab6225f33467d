"""What is said and written in the demonstration? Short words; nobody is meant."""

from __future__ import annotations

from collections.abc import Mapping

from intake.cli.demo_load.stories import Course

REFERRERS: Mapping[str, tuple[str, str, str]] = {
    "gp": ("Dr A. Example", "Example Street Surgery", "Asks for help after a year of weekend use."),
    "hospital": (
        "Ward sister",
        "Example General Hospital",
        "Admitted after a fall; ready to talk.",
    ),
    "education": ("Student support", "Example College", "Misses lectures; came to us by himself."),
    "urology": ("Clinic nurse", "Example General Hospital", "Bladder pain; wants to stop using."),
    "relative": ("A sister", "", "The family is worried and would like somebody to ring."),
    "drug_service": (
        "Duty worker",
        "Example Drug Service",
        "Asks for a service that knows ketamine.",
    ),
    "self": ("", "", "Rang us after reading about the service."),
}
GOALS: Mapping[str, tuple[tuple[str, str, str, str, str], ...]] = {
    "outpatient_cbt": (
        ("Four weeks without ketamine", "Uses when friends come round", "use",
         "Days of use in four weeks", "None"),
        ("Sleep through the night", "Lies awake until three", "health",
         "Nights of six hours or more in a week", "Five"),
        ("Go back to college two days a week", "Afraid of falling behind", "work",
         "Days attended in a week", "Two"),
        ("See my sister every Sunday", "Stopped answering her calls", "relations",
         "Sundays in a month", "Four"),
    ),
    "inpatient": (
        ("Come through the first four weeks without ketamine", "Uses every day", "use",
         "Days of use in four weeks", "None"),
        ("Eat two meals a day", "Loses weight", "health", "Meals a day", "Two"),
    ),
    "peer_support": (
        ("Weekends without ketamine", "Every party ends with it", "use",
         "Weekends without in a month", "Four"),
        ("Join the climbing group", "Sees only people who use", "relations",
         "Evenings in a month", "Three"),
    ),
}  # fmt: skip
TRIGGERS = (
    "A friend rang on Friday evening", "Payday", "An argument at home", "Could not sleep",
    "Pain in the bladder", "A party in the house", "Boredom on Sunday", "Bad marks",
)  # fmt: skip
COPING = (
    "Went for a run", "Rang the peer worker", "Left the party early", "Wrote it down first",
    "Stayed with a sister", "Turned the phone off", "Hot bath and early night", "Did not manage to",
)  # fmt: skip
TOLD: Mapping[Course, tuple[str, ...]] = {
    "better": (
        "Feels clearer than last week; fewer urges and shorter ones.",
        "Slept better and went out with friends who do not use.",
        "Proud of a whole weekend without. Still wary of paydays.",
        "Says the mornings are easier and the bladder hurts less.",
    ),
    "worse": (
        "More urges than last week; cancelled two evenings with friends.",
        "Low and tired, stays in bed until noon. Ashamed of using again.",
        "Says nothing helps at present. Does come, and wants to come.",
    ),
    "flat": (
        "Much as last week. Uses on the same two evenings.",
        "No great change; finds the diary helpful when it is kept.",
        "Came late, in good humour. Talked about work more than about use.",
    ),
    "lapse": (
        "Used once after weeks without, and told us the same day.",
        "Back on track after the one evening. Knows what led to it.",
        "Feels clearer than last week; fewer urges and shorter ones.",
    ),
    "relapse": (
        "Used on several days this week and feels beaten.",
        "Wants to go back to what worked in the first weeks.",
        "Feels clearer than last week; fewer urges and shorter ones.",
    ),
}
NEXT = (
    "Diary of urges until next week.", "Plan for Friday evening written together.",
    "Practise leaving early. Ring us on Monday.", "Look at sleep again next time.",
    "Invite the sister to the next session.",
)  # fmt: skip
ASSESSED = (
    "Engaged and thoughtful. No thoughts of self-harm.", "Tired but clear in thought.",
    "Anxious at first, calmer towards the end.", "Craving follows the company, not the day.",
)  # fmt: skip
SAFETY_PLAN: Mapping[str, str] = {
    "warning_signs": "Does not answer messages; lies awake; thinks that nobody would mind",
    "coping": "Walk by the canal with music; the breathing from session two; a shower",
    "people": "My sister, in the evening; a friend from climbing",
    "professionals": "This service in opening hours; the crisis line at night; 999",
    "making_safe": "My sister keeps the tablets; nothing of it in the house at the weekend",
}
CLOSED_ALERT = (
    "Talked it through with the person; agreed what to do and by when.",
    "Seen by the doctor; nothing that cannot wait for the next visit.",
    "Rang the same day. Safe at home with a friend; session moved forward.",
)
LEFT_WITH = "Rings us on the first day of use. Sister knows the signs. Group on Thursdays goes on."
GAP_PLAN = "Phone contact twice a week and the Thursday group until there is a bed."
STEP_DOWN = "Session once a week, the Thursday group, and a call on Sunday evenings."
