"""Alerts by e-mail, one message each, through the mail server of the settings.

The Message-ID is made of the alert's id: a message sent again after a crash is the same message to a mail program.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from comity.report.sheet import clean, safe_url
from comity.watch.alert import Alert
from comity.watch.channels import Sent, channel_name
from comity.watch.settings import Mail

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MailChannel:
    """Sends each alert to all who are to have it, over one connection a poll."""

    mail: Mail

    @property
    def name(self) -> str:
        return channel_name("mail", " ".join(sorted(self.mail.to)))

    def send(self, due: Sequence[Alert], newest: Sequence[Alert]) -> Sent:
        del newest
        done: list[str] = []
        if not due:
            return Sent()
        try:
            with self._connect() as server:
                for alert in due:
                    server.send_message(message(alert, self.mail))
                    done.append(alert.id)
        except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
            if len(done) == len(due):
                return Sent(ids=tuple(done))  # it said goodbye badly
            reason = clean(str(error)) or type(error).__name__
            fault = f"mail server {self.mail.host}: {reason}; {len(due) - len(done)} to be sent later"
            return Sent(ids=tuple(done), faults=(fault,))
        return Sent(ids=tuple(done))

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self.mail.security == "tls":
            server = smtplib.SMTP_SSL(self.mail.host, self.mail.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.mail.host, self.mail.port, timeout=SECONDS)
        try:
            if self.mail.security == "starttls":
                server.starttls(context=context)
            if self.mail.user and self.mail.password:
                server.login(self.mail.user, self.mail.password)
        except BaseException:
            server.close()
            raise
        return server


def message(alert: Alert, mail: Mail) -> EmailMessage:
    """The message for an alert: plain text, with the links of its sources."""
    made = EmailMessage()
    made["Subject"] = f"Comity: {clean(alert.title)}"
    made["From"] = mail.sender
    made["To"] = ", ".join(mail.to)
    made["Date"] = format_datetime(datetime.fromisoformat(alert.raised))
    made["Message-ID"] = f"<{alert.urn.removeprefix('urn:uuid:')}@comity.invalid>"
    made["Auto-Submitted"] = "auto-generated"
    links = dict.fromkeys(url for one in alert.sentences if (url := safe_url(one.url)))
    parts = [alert.summary(), *alert.lines(), "\n".join(links)]
    made.set_content(
        "\n\n".join(filter(None, parts)) + "\n\nCoded by machine: read the sentences before you rely on it.\n"
    )
    return made
