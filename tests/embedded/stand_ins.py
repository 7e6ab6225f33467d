"""A stack with small programs in the places of the product's: real servers, real supervisor.

Run as `python -m tests.embedded.stand_ins ROOT PORT [step|worker]`; the supervisor is the one of
`intake run`.
"""

from __future__ import annotations

import http.server
import json
import os
import sys
import time
from pathlib import Path

from intake.embedded import health, stack, supervisor
from intake.embedded.layout import Layout
from intake.embedded.programs import Plan, Program, Step
from intake.errors import ConfigurationError

THIS = (sys.executable, "-m", "tests.embedded.stand_ins")


class Api(http.server.BaseHTTPRequestHandler):
    """Answers what the supervisor asks; the heartbeat's age comes from a file the test writes."""

    def do_GET(self) -> None:
        """`/healthz` and `/readyz`."""
        age = Path(os.environ["STAND_IN_FOLDER"], "heartbeat_age")
        seconds = float(age.read_text()) if age.exists() else 0.0
        body = json.dumps({"checks": {"worker": {"age_seconds": seconds}}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve() -> None:
    """The stand-in for the API."""
    port = int(os.environ["INTAKE_PORT"])
    http.server.HTTPServer(("127.0.0.1", port), Api).serve_forever()


def work() -> None:
    """The stand-in for the worker: a program with a child of its own, as Celery has."""
    if os.fork():
        os.wait()
    time.sleep(3600)


def plan(*, broken: str = "") -> Plan:
    """One step and two programs; `broken` names what fails."""
    step = "raise SystemExit('no tables')" if broken == "step" else "print('seeded')"
    worker = (*THIS, "fail") if broken == "worker" else (*THIS, "work")
    return Plan(
        steps=(Step("Demonstration", (sys.executable, "-c", step), shown=True),),
        programs=(Program("api", (*THIS, "serve")), Program("worker", worker)),
    )


def main(arguments: list[str]) -> None:
    """Be the stand-in that is named, or supervise the whole stack."""
    if arguments == ["serve"]:
        serve()
    elif arguments == ["work"]:
        work()
    elif arguments == ["fail"]:
        sys.exit("the broker's address is wrong")
    else:
        root, port, *options = arguments
        health.STALE_AFTER = float(os.environ.get("STAND_IN_STALE_AFTER", "120"))
        supervisor.HEARTBEAT_EVERY = supervisor.SERVERS_EVERY = 0.5
        try:
            stack.run(
                Layout.of(Path(root)),
                plan(broken="".join(options)),
                port=int(port),
                say=lambda line: print(line, flush=True),  # noqa: T201  what the test reads
            )
        except ConfigurationError as error:
            sys.exit(error.detail)


if __name__ == "__main__":
    main(sys.argv[1:])
