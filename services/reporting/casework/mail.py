"""
One mail per recipient, and the answer of the server to it.

A duplicate cannot be excluded when the connection breaks after the mail was handed
over (RFC 1047); both have the same Message-ID. This module uses no database.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from services.reporting.domain.notices import DeliveryState
from services.reporting.papers import render
from services.reporting.papers.render import Document
from shared import telemetry
from shared.clock import SHANGHAI
from shared.media_types import XLSX

ANSWER_SECONDS = 30
FINAL_ANSWER_SECONDS = 600  # RFC 5321 4.5.3.2.6: hanging up earlier makes duplicates
_GO_AHEAD, _PERMANENT, _LONGEST_REPLY = 354, 500, 300


@dataclass(frozen=True)
class Outcome:
    """
    The state in which an attempt ended, and the answer of the server.
    """

    state: DeliveryState
    reply: str


def letter(
    document: Document,
    *,
    workbook: bytes,
    page: str,
    sender: str,
    recipient: str,
    message_id: str,
    traceparent: str,
) -> EmailMessage:
    """
    The mail that brings *document* to *recipient*; the same at every attempt.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = (
        f"{document.title}统计表"
        f"（{document.office_name}，截至{document.day}，第{document.revision}版）"
    )
    message["From"] = sender
    message["To"] = recipient
    # Not the time of sending: the mail is the same at every attempt.
    message["Date"] = format_datetime(document.known_at.astimezone(SHANGHAI))
    message["Message-ID"] = message_id
    message["X-Return"] = document.number
    add_trace(message, traceparent)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(render.text(document), cte="base64")
    message.add_alternative(page, subtype="html", cte="base64")
    kind, _, subtype = XLSX.partition("/")
    message.add_attachment(
        workbook, maintype=kind, subtype=subtype, filename=document.filename
    )
    return message


def add_trace(message: EmailMessage, traceparent: str) -> None:
    """
    Name in a header the request or event that led to the mail; without one the mail
    goes out all the same.
    """
    if telemetry.is_traceparent(traceparent):
        message["X-Traceparent"] = traceparent


class Server:
    """
    The mail server at an address: `smtp://`, `smtps://` or `smtp+starttls://`.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.scheme = parts.scheme
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (465 if self.scheme == "smtps" else 25)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")

    def send(self, message: EmailMessage) -> Outcome:
        """
        Hand *message* over once; every error becomes an outcome.
        """
        handing_over = False
        try:
            with contextlib.closing(self._connect()) as smtp:
                self._address(smtp, message)
                handing_over = True
                return _hand_over(smtp, message)
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # Broken off after DATA, the server may have taken the mail.
            state = DeliveryState.UNCERTAIN if handing_over else DeliveryState.FAILED
            return Outcome(state, f"{type(error).__name__}: {error}"[:_LONGEST_REPLY])

    def _connect(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP
        if self.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(
                self.host,
                self.port,
                timeout=ANSWER_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=ANSWER_SECONDS)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.scheme == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
        # Also if the task is killed: an open connection would stay with the server.
        except BaseException:
            smtp.close()
            raise
        return smtp

    @staticmethod
    def _address(smtp: smtplib.SMTP, message: EmailMessage) -> None:
        """
        Everything up to DATA: until then nothing has been handed over.
        """
        for code, reply in (
            smtp.mail(message["From"].addresses[0].addr_spec),
            smtp.rcpt(message["To"].addresses[0].addr_spec),
        ):
            if code not in {250, 251}:
                raise smtplib.SMTPResponseException(code, reply)
        code, reply = smtp.docmd("DATA")
        if code != _GO_AHEAD:
            raise smtplib.SMTPResponseException(code, reply)


def _hand_over(smtp: smtplib.SMTP, message: EmailMessage) -> Outcome:
    # RFC 5321 4.5.2: a line that begins with a dot gets another, so that none ends the
    # mail.
    content = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
    smtp.send(content + b".\r\n")
    if smtp.sock is not None:
        smtp.sock.settimeout(FINAL_ANSWER_SECONDS)
    code, reply = smtp.getreply()
    # An error on QUIT must not mark a delivered mail as failed.
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    return _answered(code, reply)


def _answered(code: int, reply: bytes | str) -> Outcome:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    words = f"{code} {text}"[:_LONGEST_REPLY]
    if code == 250:
        return Outcome(DeliveryState.SENT, words)
    return Outcome(
        DeliveryState.REFUSED if code >= _PERMANENT else DeliveryState.FAILED, words
    )
