"""Does `intake demo code` print what the second factor of a demo person shows now?"""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path

import pyotp

from tests.support.databases import Database


def test_the_seed_keeps_secrets_for_one_reader_and_code_prints_the_present_one(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "staff.json"
    seeded = database.run("demo", "seed", "--file", str(file))
    people = json.loads(file.read_text(encoding="utf-8"))
    before = time.time()

    shown = database.run("demo", "code", "lead@example.com", "--file", str(file))
    unknown = database.run("demo", "code", "nobody@example.com", "--file", str(file))

    assert (seeded.returncode, shown.returncode) == (0, 0), seeded.stderr + shown.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {"password", "totp_secret"} == people["lead@example.com"].keys()
    assert "intake demo code coordinator@example.com" in seeded.stdout
    totp = pyotp.TOTP(people["lead@example.com"]["totp_secret"])
    assert shown.stdout.strip() in {totp.at(before), totp.at(time.time())}
    assert unknown.returncode != 0
