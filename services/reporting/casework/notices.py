"""
Supervision notices by mail: one mail per office and day, in office hours, urgent ones
at once.

The text of a mail names cases and duties, never a petitioner. What an office writes in
a notice that it issues itself is passed on as written, in the mail and in its events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import ClassVar

from sqlalchemy import Connection

from services.reporting.casework import mail
from services.reporting.casework.delivery import Delivery
from services.reporting.domain.notices import (
    Mailing,
    Notice,
    NoticeKind,
    NoticePaper,
    daily_mailing,
)
from services.reporting.domain.postings.rules import LETTER, STEP_REACHED, TOLD
from services.reporting.domain.returns import message_ids
from services.reporting.events import NoticesCollected
from services.reporting.store import (
    OUTBOX,
    Deliveries,
    Mailings,
    NoticeMails,
    NoticePapers,
    Notices,
)
from shared import clock, telemetry
from shared.clock import SHANGHAI
from shared.errors import NotFound
from shared.events import ReceivedEvent
from shared.papers import Paper
from shared.policy.current import Policy, current_policy
from shared.policy.directory import Directory
from shared.records.tables import CONVERTER
from shared.settings import settings
from shared.vocabulary import PaperForm
from shared.web.papers import MEDIA_TYPES, content_for_mail

MAILED = {
    STEP_REACHED: NoticeKind.SUPERVISION,
    TOLD: NoticeKind.TOLD,
    LETTER: NoticeKind.HANDING,
}
"""
The events of which the office that they name gets a mail, and what its notice is.
"""
PRINTED = {
    "assignment.notice_printed": ("notice", "paper"),
    LETTER: ("paper", "letter"),
}
"""
The events that bring a paper for a mail, with the fields of its identity and its text.
"""
_MOST_PAPERS = 100  # in one mail
# What a mail asks of the office, by what its notices are.
_ASKED = {
    NoticeKind.SUPERVISION: "以下事项请按期办理，督办函请在系统内答复。",
    NoticeKind.HANDING: "以下事项请在系统内签收，按期办理。",
    NoticeKind.TOLD: "以下情况请知悉。",
}
OFFICES_AT_ONCE = 100
"""
For so many offices the mails of a day are made in one transaction.
"""
_AT_ONCE = 100  # urgent notices whose papers are printed, in one transaction


def store_papers(session: Connection, events: Iterable[ReceivedEvent]) -> None:
    """
    Store the papers that are to go with mails, each once.
    """
    NoticePapers(session).insert_missing(
        NoticePaper(
            notice=event[identity], form=PaperForm(event["form"]), paper=event[text]
        )
        for event in events
        for identity, text in [PRINTED[event.type]]
    )


def store_notices(
    session: Connection, events: Sequence[ReceivedEvent]
) -> list[NoticesCollected]:
    """
    Store the notices of steps reached, and of what is to be known at once, for the mail
    of the day; an urgent one gets a mail of its own, at once unless it waits for its
    paper.
    """
    new = [_notice(event) for event in events]
    alone = [notice for notice in new if notice.urgent and notice.paper is None]
    Notices(session).insert(*new)
    return _mail_alone(session, alone)


def _notice(event: ReceivedEvent) -> Notice:
    return Notice(
        event_id=event.id,
        programme=event["programme"],
        office=event["to_office"],
        post=event["to_post"],
        case_number=event.case_number,
        title=event["title"],
        about=event["about"],
        day=event.occurred_on,
        urgent=event["urgent"],
        kind=MAILED[event.type],
        paper=event["paper"],
    )


def mailing_of(event: str) -> str:
    """
    The id of the mailing that the notice of an urgent event has for itself.
    """
    return f"urgent-{event}"


def _mail_alone(
    session: Connection, urgent: Sequence[Notice]
) -> list[NoticesCollected]:
    """
    Make a mailing of each of these notices.
    """
    moment, directory = clock.now(), current_policy().directory
    mailing_by_notice = {
        notice.event_id: Mailing(
            id=mailing_of(notice.event_id),
            programme=notice.programme,
            office=notice.office,
            day=moment.astimezone(SHANGHAI).date(),
            made_at=moment,
            urgent=True,
        )
        for notice in urgent
    }
    mailings = Mailings(session)
    mailings.insert(*mailing_by_notice.values())
    mailings.address(
        {each.id: mails_of(each, directory) for each in mailing_by_notice.values()}
    )
    Notices(session).put_each_into(
        {name: each.id for name, each in mailing_by_notice.items()}
    )
    return [_collected(mailing) for mailing in mailing_by_notice.values()]


def mail_urgent(session: Connection) -> bool:
    """
    Make the mails of urgent notices whose papers are printed; whether there may be
    more of them.
    """
    ready = Notices(session).urgent(_AT_ONCE)
    if ready:
        with telemetry.work("notices_made", trace=telemetry.background_context()):
            telemetry.add_log_fields(count=len(ready))
            OUTBOX.announce(session, *_mail_alone(session, ready))
    return len(ready) == _AT_ONCE


def collect_notices(session: Connection) -> bool:
    """
    Make one mail of an office's notices a day, once its office hours have begun and no
    more notices arrive: while the escalation steps of a day are being reached, more of
    any office may follow, and would wait for the next day.

    Returns whether there may be more offices.
    """
    moment, policy = clock.now().astimezone(SHANGHAI), current_policy()
    quiet = timedelta(seconds=settings.integer("NOTICES_QUIET_SECONDS"))
    # Most of the time: at night nothing is looked up.
    if _all_are_closed(moment, policy) or not Notices(session).are_quiet(quiet):
        return False
    mailings, may_be_more = collect(session, moment, policy)
    if mailings:
        trace = telemetry.background_context()
        with telemetry.work("notices_made", trace=trace):
            telemetry.add_log_fields(count=len(mailings))
            OUTBOX.announce(session, *mailings)
    return may_be_more


def collect(
    session: Connection, moment: datetime, policy: Policy
) -> tuple[list[NoticesCollected], bool]:
    """
    Make the mailings that may go out at a moment of local time, one an office and day,
    of the next `OFFICES_AT_ONCE` offices; and whether there may be more of them.
    """
    closed = _closed(moment, policy)
    notices, mailings, day = Notices(session), Mailings(session), moment.date()
    programme_by_office = notices.waiting(day, closed, OFFICES_AT_ONCE)
    new_mailings = mailings.insert_missing(
        Mailing(
            id=daily_mailing(office, day),
            # An office's mail has the notices of all its programmes; one names it.
            programme=programme,
            office=office,
            day=day,
            made_at=moment,
            urgent=False,
        )
        for office, programme in sorted(programme_by_office.items())
    )
    notices.put_into(new_mailings)
    directory = policy.directory
    mailings.address({each.id: mails_of(each, directory) for each in new_mailings})
    collected = [_collected(mailing) for mailing in new_mailings]
    return collected, len(programme_by_office) == OFFICES_AT_ONCE


def _collected(mailing: Mailing) -> NoticesCollected:
    return NoticesCollected(
        office=mailing.office, case_number=mailing.id, occurred_on=mailing.day
    )


def _all_are_closed(moment: datetime, policy: Policy) -> bool:
    codes = policy.programmes.codes
    return bool(codes) and len(_closed(moment, policy)) == len(codes)


def _closed(moment: datetime, policy: Policy) -> list[str]:
    """
    The programmes of which no notice may go out at a moment of local time. What was
    announced of one whose file is gone goes out with that of any other programme.
    """
    return [
        programme.code
        for programme in policy.programmes
        if programme.supervision
        and not programme.supervision.office_hours.open_at(moment, policy.calendar)
    ]


def mails_of(mailing: Mailing, directory: Directory) -> dict[str, str]:
    """
    Recipient to Message-ID; an office without an address is written to at the next
    one above it. Where nobody has one, or the office is in no directory any more, the
    mailing shows that it reached nobody.
    """
    office = mailing.office if directory.exists(mailing.office) else None
    while office and not directory.office(office).mail:
        office = directory.office(office).parent
    recipients = directory.office(office).mail if office else ()
    return message_ids(f"notices-{mailing.id}", recipients, settings["MAIL_FROM"])


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
            mailing = Mailings(session).get(number)
            notices = Notices(session).in_mailing(number)
        if mailing is None:
            raise NotFound.because("not_found", f"没有编号为“{number}”的督办通知。")
        papers = self._papers(notices)
        for waiting in self._waiting(number):
            message = letter(mailing, notices, current_policy().directory, papers)
            message["From"] = self.sender
            message["To"] = waiting.recipient
            message["Message-ID"] = waiting.message_id
            mail.add_trace(message, traceparent)
            self._attempt(number, waiting.recipient, message)
        return self._settle(number)

    def _papers(self, notices: Sequence[Notice]) -> dict[str, NoticePaper]:
        """
        The papers of notices, each with its content: made once, and the same in every
        attempt.
        """
        names = [notice.paper for notice in notices if notice.paper][:_MOST_PAPERS]
        with self.transaction() as session:
            papers = NoticePapers(session).of_notices(names)
        new = {
            paper.notice: content_for_mail(
                CONVERTER.structure(paper.paper, Paper), paper.form
            )
            for paper in papers.values()
            if paper.paper and paper.content is None
        }
        # Printed outside a transaction; two processes print the same, and the first is
        # kept.
        if not new:
            return papers
        with self.transaction() as session:
            NoticePapers(session).freeze(new)
            return NoticePapers(session).of_notices(names)

    def conclude(self, session: Connection, number: str, *, delivered: bool) -> None:
        """
        Does nothing: a mailing has no state besides that of its mails.
        """


def letter(
    mailing: Mailing,
    notices: Sequence[Notice],
    directory: Directory,
    papers: Mapping[str, NoticePaper],
) -> EmailMessage:
    """
    The mail of a mailing without its addresses, with the papers of its notices, as far
    as they are not more than MAIL_PAPERS_LIMIT; the same at every attempt.
    """
    name = directory.office(mailing.office).name
    message = EmailMessage(policy=SMTP)
    urgent = "【加急】" if mailing.urgent else ""
    # What is not supervision has a mail of its own (`_mail_alone`).
    about = notices[0].kind
    title = f"{name}{about.chinese}"
    message["Subject"] = f"{urgent}{title}（{mailing.day}，{len(notices)}件）"
    message["Date"] = format_datetime(mailing.made_at.astimezone(SHANGHAI))
    message["X-Mailing"] = mailing.id
    message["Auto-Submitted"] = "auto-generated"
    attached = dict(_attached(notices, papers))
    lines = "\n".join(
        f"{index}. {notice.title}：{directory.matter_title(notice.case_number)}，"
        f"{notice.about}（自{notice.day}起"
        f"{'，请' + notice.post + '阅处' if notice.post else ''}）"
        f"{_where(notice, attached.get(index))}"
        for index, notice in enumerate(notices, 1)
    )
    message.set_content(
        f"{name}：\n\n{_ASKED[about]}\n\n{lines}\n",
        cte="base64",
    )
    for index, paper in attached.items():
        kind, _, subtype = MEDIA_TYPES[paper.form].partition("/")
        message.add_attachment(
            paper.content,
            maintype=kind,
            subtype=subtype,
            filename=_filename(index, paper),
        )
    return message


def _attached(
    notices: Sequence[Notice], papers: Mapping[str, NoticePaper]
) -> Iterator[tuple[int, NoticePaper]]:
    """
    The papers that fit into one mail, each with the place of its notice.
    """
    bytes_left = settings.integer("MAIL_PAPERS_LIMIT")
    for index, notice in enumerate(notices, 1):
        paper = papers.get(notice.paper or "")
        if paper and paper.content and len(paper.content) <= bytes_left:
            bytes_left -= len(paper.content)
            yield index, paper


def _where(notice: Notice, paper: NoticePaper | None) -> str:
    """
    Where the paper of a notice is to be found, if it has one.
    """
    if notice.paper is None:
        return ""
    return "，函件见附件" if paper else "，函件未随附，请在系统内查阅"


def _filename(index: int, paper: NoticePaper) -> str:
    title = str((paper.paper or {}).get("title", ""))
    return f"{index}-{title}.{paper.form.value}"
