"""Where do staff mails go on one machine? Into the gateway's journal, and nowhere else."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.embedded.gateway_journal import Journal

OK = "250 Message kept"


def _plain_body(message: EmailMessage) -> str:
    """The text part of a mail, or nothing."""
    part = message.get_body(preferencelist=("plain",))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


async def listen(journal: Journal, host: str, port: int) -> asyncio.Server:
    """Open the SMTP port on the running loop; every mail it takes is kept in the journal."""
    loop = asyncio.get_running_loop()
    sink = Sink(journal)
    return await loop.create_server(lambda: SMTP(sink, loop=loop, ident="sink"), host, port)


class Sink:
    """The aiosmtpd handler: takes every mail and sends none on."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep the finished mail."""
        del server, session
        content = envelope.original_content or b""
        message = message_from_bytes(content, EmailMessage, policy=default)
        self._journal.keep_mail(
            sender=envelope.mail_from or "",
            recipients=list(envelope.rcpt_tos),
            subject=str(message["subject"] or ""),
            body=_plain_body(message),
        )
        return OK
