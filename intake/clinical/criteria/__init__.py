"""Named clinical criteria: facts about a person that a clinician would state as reasons."""
