"""Does the local gateway judge fairly: one message per key, whatever happens to it?"""

from __future__ import annotations

import json
import smtplib
import urllib.error
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from intake.embedded.gateway import main
from intake.embedded.gateway_journal import Journal
from tests.worker.gateway_process import GatewayProcess, running_gateway

HELLO = {"to": "+447700900001", "text": "Reminder"}


def post(gateway: GatewayProcess, body: object, key: str) -> object:
    return gateway.ask("POST", "/messages", body, **{"Idempotency-Key": key})


def refusal(gateway: GatewayProcess, body: object, **headers: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as caught:
        gateway.ask("POST", "/messages", body, **headers)
    caught.value.close()
    return caught.value.code


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    with running_gateway(tmp_path_factory.mktemp("gateway")) as process:
        yield process


def test_the_same_key_is_kept_once_and_its_repeats_are_counted(gateway: GatewayProcess) -> None:
    first = post(gateway, HELLO, "once")
    second = post(gateway, HELLO, "once")

    assert isinstance(first, dict)
    assert first["duplicate"] is False
    assert second == {"id": first["id"], "duplicate": True}
    [kept] = [m for m in gateway.messages() if m["key"] == "once"]
    assert (kept["to"], kept["text"], kept["repeats"]) == (HELLO["to"], HELLO["text"], 1)


def test_the_same_key_with_another_body_is_refused(gateway: GatewayProcess) -> None:
    post(gateway, HELLO, "body")

    assert refusal(gateway, {**HELLO, "text": "other"}, **{"Idempotency-Key": "body"}) == 422


def test_a_message_needs_a_key_a_recipient_and_the_token(gateway: GatewayProcess) -> None:
    assert refusal(gateway, HELLO) == 400
    assert refusal(gateway, {"to": "", "text": "x"}, **{"Idempotency-Key": "k"}) == 400
    assert refusal(gateway, HELLO, **{"Idempotency-Key": "k", "Authorization": "Bearer no"}) == 401


def test_a_script_with_an_unknown_word_is_refused(gateway: GatewayProcess) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        gateway.script("explode")

    caught.value.close()
    assert caught.value.code == 400


def test_a_scripted_answer_is_met_once_and_leaves_nothing_behind(gateway: GatewayProcess) -> None:
    gateway.script("500")

    assert refusal(gateway, HELLO, **{"Idempotency-Key": "late"}) == 500
    assert "late" not in {m["key"] for m in gateway.messages()}
    answer = post(gateway, HELLO, "late")
    assert isinstance(answer, dict)
    assert answer["duplicate"] is False


def test_a_dropped_answer_still_keeps_the_message(gateway: GatewayProcess) -> None:
    gateway.script("drop")

    with pytest.raises(OSError, match="closed"):
        post(gateway, HELLO, "dropped")
    assert "dropped" in {m["key"] for m in gateway.messages()}


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    with running_gateway(tmp_path) as gateway:
        post(gateway, HELLO, "kept")
        gateway.kill()
        gateway.start()

        again = post(gateway, HELLO, "kept")

    assert isinstance(again, dict)
    assert again["duplicate"] is True


def test_a_torn_last_line_is_cut_off_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.accept("whole", to="+447700900001", text="x")
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"message": {"id": "to')

    reopened = Journal(path)

    assert [m["key"] for m in reopened.messages()] == ["whole"]
    reopened.accept("next", to="+447700900001", text="y")
    reopened.close()
    assert [*map(json.loads, path.read_text().splitlines())][1]["message"]["key"] == "next"


def test_a_mail_is_kept_with_its_subject_and_body(gateway: GatewayProcess) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "Daily café"
    mail.set_content("3 reads\n")
    address = urlsplit(gateway.smtp_url)

    with smtplib.SMTP(str(address.hostname), address.port or 0) as server:
        server.send_message(mail)

    [kept] = gateway.mails()
    assert (kept["recipients"], kept["subject"]) == (["b@example.com"], "Daily café")
    assert kept["body"] == "3 reads\n"


def test_it_refuses_to_listen_beyond_this_machine(tmp_path: Path) -> None:
    arguments = ["--root", str(tmp_path), "--url", "http://0.0.0.0:1", "--token", "t"]

    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 2
    assert "127.0.0.1 only" in result.output
