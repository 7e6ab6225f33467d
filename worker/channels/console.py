"""How does one see what would leave, without any server? Each message is one line on a stream."""

from __future__ import annotations

import sys
from typing import TextIO

from worker.channels.base import Message, Outcome, Result


class Console:
    """Writes messages to standard output; for development only, it knows no keys."""

    name = "console"
    honours_key = False

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def send(self, message: Message) -> Result:
        """Write one line; see Channel."""
        self._stream.write(f"{message.recipient}\t{message.text}\n")
        self._stream.flush()
        return Result(Outcome.ACCEPTED, provider_ref=message.key)
