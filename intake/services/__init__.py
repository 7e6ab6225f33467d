"""Use cases: check, decide, write, audit. They never commit."""
