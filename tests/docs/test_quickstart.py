"""Do the calls of the quickstart work as they are printed?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.makers import api_keys
from tests.support.web import Caller, TestSite, Web

PAGE = Path(__file__).parents[2] / "docs" / "api-quickstart.md"
BLOCK = re.compile(r"^```sh\n(curl .*?)^```", re.MULTILINE | re.DOTALL)
PASSWORD = "nobody knows this sentence"
JAR = "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tintake\t{}\n"


@pytest.fixture
def base(web: Web) -> Iterator[str]:
    """The address of the application, served over a socket."""
    server = make_server("127.0.0.1", 0, web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_calls_work_as_they_are_printed(base: str, site: TestSite, tmp_path: Path) -> None:
    person, jar = site.person("intake_coordinator"), tmp_path / "jar"
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    known = {"BASE": base, "JAR": str(jar), "EMAIL": "nobody@example.com", "PASSWORD": PASSWORD}
    assert len(blocks) == 6

    refused = run(blocks[0], known)
    assert refused["code"] == "authentication-required", refused

    jar.write_text(JAR.format(session_of(person)))
    made = run(blocks[1], known)
    known |= {"INTAKE": made["id"], "CASE": made["case_id"], "STAFF": str(person.staff_id)}
    assert run(blocks[2], known)["state"] == "submitted"
    known["APPOINTMENT"] = run(blocks[3], known)["id"]
    reminders = run(blocks[4], known)["data"]

    assert {one["state"] for one in reminders} == {"scheduled"}
    known |= {"KEY": api_keys.program(site, "case:read").token}
    assert [one["id"] for one in run(blocks[5], known)["data"]] == [made["case_id"]]


def run(block: str, known: dict[str, str]) -> dict[str, Any]:
    """What a shell makes of a block."""
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],  # noqa: S607 - the shell a reader has
        env={"PATH": os.environ["PATH"], **known},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert finished.returncode == 0, finished.stderr
    body: dict[str, Any] = json.loads(finished.stdout)
    return body


def session_of(person: Caller) -> str:
    cookie = person.client.get_cookie("intake")
    assert cookie is not None
    return cookie.value
