"""Which fixtures does every test have? Each file of `tests/support` explains its own."""

pytest_plugins = [
    "tests.support.databases",
    "tests.support.hashing",
    "tests.support.sessions",
    "tests.support.sockets",
    "tests.support.web",
]
