"""
Supervision notices by mail: one mail per office and day, in office hours, urgent ones
at once.

A mail names cases and duties, never a petitioner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, Row

from services.reporting.delivery.delivery import Delivery
from services.reporting.delivery.render import SHANGHAI
from services.reporting.domain.returns import message_ids
from services.reporting.events import NoticesCollected
from services.reporting.store import OUTBOX, Deliveries, NoticeMails, Notices
from shared import clock, telemetry
from shared.errors import NotFound
from shared.events import ReceivedEvent
from shared.policy.current import Policy, current_policy
from shared.policy.directory import Directory
from shared.policy.matter_names import read_as
from shared.policy.programme import UnknownProgramme
from shared.settings import settings

CROSSED = "assignment.supervision_crossed"


def store_notice(session: Connection, event: ReceivedEvent) -> list[NoticesCollected]:
    """
    Store a notice for the mail of the day; an urgent one gets a mail of its own.
    """
    store, office = Notices(session), event["to_office"]
    mailing = f"urgent-{event.id}" if event["urgent"] else None
    store.add(
        {
            "event_id": event.id,
            "programme": event["programme"],
            "office": office,
            "post": event["to_post"],
            "case_number": event.case_number,
            "title": event["title"],
            "about": event["about"],
            "day": event.occurred_on,
            "urgent": event["urgent"],
            "mailing": mailing,
        }
    )
    if mailing is None:
        return []
    moment = clock.now()
    day = moment.astimezone(SHANGHAI).date()
    store.make(
        mailing=mailing,
        programme=event["programme"],
        office=office,
        day=day,
        made_at=moment,
        urgent=True,
    )
    directory = current_policy().directory
    store.address(mailing, _mails(mailing, office, directory))
    return [NoticesCollected(office=office, case_number=mailing, occurred_on=day)]


def collect_notices(session: Connection) -> bool:
    """
    Make one mail of an office's notices a day, once its office hours have begun.

    Returns False: one call does all there is to do.
    """
    moment = clock.now().astimezone(SHANGHAI)
    mailings = collect(session, moment, current_policy())
    if mailings:
        trace = telemetry.background_context()
        with telemetry.work("notices_made", trace=trace):
            telemetry.add_log_fields(count=len(mailings))
            OUTBOX.announce(session, *mailings)
    return False


def collect(
    session: Connection, moment: datetime, rules: Policy
) -> list[NoticesCollected]:
    """
    The mailings that may go out at a moment of local time: one per office and day.
    """
    store, day = Notices(session), moment.date()
    made = []
    for office, programmes in store.waiting().items():
        mailing = f"{office}-{day}"
        open_now = all(_may_go_out(code, moment, rules) for code in programmes)
        if open_now and store.make(
            mailing=mailing,
            programme=min(programmes),
            office=office,
            day=day,
            made_at=moment,
            urgent=False,
        ):
            store.fill(mailing, office, _mails(mailing, office, rules.directory))
            made.append(
                NoticesCollected(office=office, case_number=mailing, occurred_on=day)
            )
    return made


def _may_go_out(code: str, moment: datetime, rules: Policy) -> bool:
    try:
        ladder = rules.programmes.get(code).supervision
    except UnknownProgramme:
        return True
    return ladder is None or ladder.office_hours.open_at(moment, rules.calendar)


def _mails(mailing: str, office: str, directory: Directory) -> dict[str, str]:
    """
    Recipient to Message-ID; an office without an address is written to at the next
    one above it. Where nobody has one, or the office is in no directory any more, the
    mailing shows that it reached nobody.
    """
    asked = office if directory.exists(office) else None
    while asked and not directory.office(asked).mail:
        asked = directory.office(asked).parent
    recipients = directory.office(asked).mail if asked else ()
    return message_ids(f"notices-{mailing}", recipients, settings["MAIL_FROM"])


@dataclass(frozen=True)
class NoticeDelivery(Delivery):
    """
    Delivers mailings of notices in the same way as returns.
    """

    mails: ClassVar[type[Deliveries]] = NoticeMails

    def deliver(self, number: str, traceparent: str) -> dict[str, int]:
        """
        Mail the notices of a mailing; how many mails are in which state.

        Raises `Undelivered` when it must be tried again, `NotFound` for no mailing.
        """
        with self.transaction() as session:
            mailing = Notices(session).get(number)
            lines = Notices(session).lines(number)
        if mailing is None:
            raise NotFound.because("not_found", f"没有编号为“{number}”的督办通知。")
        for each in self._waiting(number):
            message = letter(mailing, lines, current_policy().directory)
            message["From"] = self.sender
            message["To"] = each.recipient
            message["Message-ID"] = each.message_id
            message["X-Traceparent"] = traceparent
            self._attempt(number, each.recipient, message)
        return self._settle(number)

    def conclude(self, session: Connection, number: str, *, delivered: bool) -> None:
        """
        Does nothing: a mailing has no state besides that of its mails.
        """


def letter(
    mailing: Row[Any], lines: Sequence[Row[Any]], directory: Directory
) -> EmailMessage:
    """
    The mail of a mailing but for its addresses; the same at every attempt.
    """
    name = directory.office(mailing.office).name
    message = EmailMessage(policy=SMTP)
    urgent = "【加急】" if mailing.urgent else ""
    message["Subject"] = f"{urgent}{name}督办通知（{mailing.day}，{len(lines)}件）"
    message["Date"] = format_datetime(mailing.made_at.astimezone(SHANGHAI))
    message["X-Mailing"] = mailing.id
    message["Auto-Submitted"] = "auto-generated"
    listed = "\n".join(
        f"{index}. {line.title}：{read_as(line.case_number, directory)}，{line.about}"
        f"（自{line.day}起{'，请' + line.post + '阅处' if line.post else ''}）"
        for index, line in enumerate(lines, 1)
    )
    message.set_content(
        f"{name}：\n\n以下事项请按期办理，督办函请在系统内答复。\n\n{listed}\n",
        cte="base64",
    )
    return message
