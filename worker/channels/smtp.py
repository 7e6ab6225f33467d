"""How does a mail to staff leave? One SMTP conversation; a mail can't be taken back or collapsed.

SMTP knows no idempotency key: once the content is on its way, silence leaves the outcome unknown.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from intake.errors import ConfigurationError
from worker.channels.base import CONNECT_SECONDS, READ_SECONDS, Message, Outcome, Result

PERMANENT_FROM = 500
"""SMTP replies from here on are permanent, RFC 5321 §4.2.1."""


def as_mail(message: Message, *, sender: str) -> EmailMessage:
    """The mail of a message. EmailMessage refuses line breaks in headers, so none can be added."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, message.recipient, message.subject
    mail["Message-ID"] = f"<{message.key}@{sender.rpartition('@')[2]}>"
    mail.set_content(message.text)
    return mail


def _refused(code: int) -> Result:
    """A reply that says no, before the mail was taken."""
    outcome = Outcome.PERMANENT if code >= PERMANENT_FROM else Outcome.TRANSIENT
    return Result(outcome, error_class=f"smtp_{code}")


class Smtp:
    """The mail server behind SMTP_URL: smtp:// or smtps://, user and password optional."""

    name = "smtp"
    honours_key = False

    def __init__(self, url: str, *, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ConfigurationError("SMTP_URL must be smtp://host:port or smtps://host:port.")
        self._host, self._port = parts.hostname, parts.port or 0
        self._secure = parts.scheme == "smtps"
        self._user, self._password = parts.username, unquote(parts.password or "")
        self._sender = sender

    def send(self, message: Message) -> Result:
        """Send one mail; see Channel."""
        mail = as_mail(message, sender=self._sender)
        try:
            server = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            return Result(Outcome.CONFIG, error_class=type(error).__name__)
        except (OSError, smtplib.SMTPException) as error:
            return Result(Outcome.OUTAGE, error_class=type(error).__name__)
        try:
            return self._converse(server, mail)
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self._secure:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=CONNECT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=CONNECT_SECONDS)
        if server.sock is not None:
            server.sock.settimeout(READ_SECONDS)
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls") and not self._secure:
            server.starttls(context=ssl.create_default_context())
        if self._user:
            server.login(unquote(self._user), self._password)
        return server

    def _converse(self, server: smtplib.SMTP, mail: EmailMessage) -> Result:
        """MAIL, RCPT and DATA: a refusal is a certain no, a broken line leaves it open."""
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            return Result(Outcome.UNKNOWN, error_class=type(error).__name__)
        return Result(Outcome.ACCEPTED, provider_ref=str(mail["Message-ID"]))
