"""What does the local gateway hold? One message per key, kept in an append-only file.

Every fact is one line of JSON, handed to the kernel in one write before anybody is told about it:
a `kill -9` of the gateway loses nothing it has acknowledged. A half-written last line is what a
killed machine leaves behind; nobody was told about it, so it is cut off when the file is opened.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path


def _now() -> str:
    """Machine time as text. The gateway stands outside the product, as a real provider would."""
    return dt.datetime.now(dt.UTC).isoformat()


def _complete_lines(path: Path) -> list[bytes]:
    """The whole lines of the journal; a torn tail is cut off the file."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(path, len(whole))
    return whole.splitlines()


class KeyReusedError(Exception):
    """The same idempotency key came with another body."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message the gateway accepted; `repeats` counts the collapsed resends of its key."""

    id: str
    key: str
    to: str
    text: str
    received_at: str
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail the sink took: addresses, subject and the plain body."""

    id: str
    sender: str
    recipients: list[str]
    subject: str
    body: str
    received_at: str


class Journal:
    """Messages and mails in memory, mirrored line by line in one file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._messages: dict[str, StoredMessage] = {}
        self._mails: list[StoredMail] = []
        for line in _complete_lines(path):
            self._replay(json.loads(line))
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)

    def accept(self, key: str, *, to: str, text: str) -> tuple[str, bool]:
        """Keep one message per key; answer (id, was it a duplicate). Raises KeyReusedError."""
        known = self._messages.get(key)
        if known is None:
            message = StoredMessage(str(uuid.uuid4()), key, to, text, _now())
            self._write("message", asdict(message))
            self._messages[key] = message
            return message.id, False
        if (known.to, known.text) != (to, text):
            raise KeyReusedError
        self._write("repeat", {"key": key})
        self._messages[key] = replace(known, repeats=known.repeats + 1)
        return known.id, True

    def keep_mail(self, *, sender: str, recipients: list[str], subject: str, body: str) -> None:
        """Keep one mail."""
        mail = StoredMail(str(uuid.uuid4()), sender, recipients, subject, body, _now())
        self._write("mail", asdict(mail))
        self._mails.append(mail)

    def messages(self) -> list[dict[str, object]]:
        """All messages, in the order of their first arrival."""
        return [asdict(message) for message in self._messages.values()]

    def mails(self) -> list[dict[str, object]]:
        """All mails, in the order of arrival."""
        return [asdict(mail) for mail in self._mails]

    def _replay(self, entry: dict[str, dict[str, str]]) -> None:
        [(what, fields)] = entry.items()
        if what == "message":
            self._messages[fields["key"]] = StoredMessage(**fields)  # type: ignore[arg-type]  # repeats is an int in the file
        elif what == "repeat":
            known = self._messages[fields["key"]]
            self._messages[fields["key"]] = replace(known, repeats=known.repeats + 1)
        else:
            self._mails.append(StoredMail(**fields))  # type: ignore[arg-type]  # recipients is a list in the file

    def _write(self, what: str, fields: dict[str, object]) -> None:
        os.write(self._file, json.dumps({what: fields}).encode() + b"\n")
