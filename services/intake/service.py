"""
How intake is reached: petitions, replies, ledgers and cases.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from uuid_utils import uuid7

from services.intake import domain, events, schemas
from services.intake.importing import read_import, rejected_workbook
from services.intake.store import OUTBOX, TABLES, Cases, Imports, Petitions
from shared.errors import Conflict, reject_if
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.service import Service, task
from shared.web.endpoint import CLERKS, Call, Download, api, found
from shared.web.paging import Page, PageRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class IntakeService(Service):
    """
    Registers petitions and ledgers, opens cases, records replies, merges cases (受理).
    """

    name = "intake"
    reads = schemas.READS
    tables = TABLES
    outbox = OUTBOX

    # -- petitions

    @api(
        "POST",
        "/petitions",
        roles=CLERKS,
        body=schemas.Registration,
        answer=schemas.PetitionView,
        status=201,
    )
    def register(self, call: Call) -> domain.Petition:
        """
        Register one letter, call, visit or online petition.
        """
        office = call.office(call.body.get("office"))
        programme = self._programme(call.body.get("programme"), office, call)
        domain.check_received(call.body["received_on"], call.today)
        petition = Petitions(call.session).register(
            call.body, office=office, programme=programme.code
        )
        self.announce(call.session, domain.registered(petition))
        return petition

    @api(
        "GET",
        "/petitions",
        query=schemas.ListQuery,
        answer=schemas.PetitionView,
        many=True,
    )
    def petitions(self, call: Call) -> Page[domain.Petition]:
        """
        List the petitions of an office and of those below it.
        """
        request = PageRequest.of(call.query)
        return Petitions(call.session).of_offices(call.offices(), request)

    @api("GET", "/petitions/<number>", answer=schemas.PetitionView)
    def petition(self, call: Call) -> domain.Petition:
        """
        Show one petition.
        """
        return self._petition(call, lock=False)

    @api(
        "POST",
        "/petitions/<number>/replies",
        roles=CLERKS,
        body=schemas.ReplyBody,
        answer=schemas.ReplyView,
        status=201,
    )
    def reply(self, call: Call) -> domain.Reply:
        """
        Record a reply to a petition (procedural, progress or result).
        """
        petition = self._petition(call, lock=True)
        petitions = Petitions(call.session)
        given = domain.Reply(petition.number, **call.body)
        earlier = petitions.kinds_replied(petition.number)
        event = domain.reply(petition, given, earlier=earlier, today=call.today)
        petitions.add_reply(given)
        self.announce(call.session, event)
        return given

    # -- ledgers

    @api(
        "POST",
        "/imports",
        roles=CLERKS,
        query=schemas.ImportQuery,
        accepts="application/octet-stream",
        answer=schemas.ImportView,
        status=202,
        refusals=(413,),
    )
    def push_ledger(self, call: Call) -> Any:
        """
        Push a ledger (xlsx, csv or json); it is read as a job with progress.
        """
        office, asked = call.office(), call.query
        programme = self._programme(asked["programme"], office, call)
        imports = Imports(call.session)
        checksum = hashlib.sha256(call.raw).hexdigest()
        before = imports.same(office, programme.code, checksum)
        if before and not asked["dry_run"]:
            raise Conflict.because(
                "ledger_already_pushed",
                f"同一份文件已经报送过（{before}），没有重复登记。",
                f"查看办理情况：GET /imports/{before}；有改动时请报送改动后的文件。",
            )
        pushed = domain.Import(
            id=str(uuid7()),
            office=office,
            programme=programme.code,
            filename=asked["filename"],
            dry_run=asked["dry_run"],
        )
        imports.push(pushed, call.raw, checksum)
        self.announce(
            call.session,
            events.ImportRequested(
                office=office, case_number=pushed.id, occurred_on=call.today
            ),
        )
        return _with_problems(pushed)

    @task(events.ImportRequested.type)
    def import_ledger(self, event: Any) -> None:
        """
        Read a pushed ledger in batches, each committed with its progress.
        """
        read_import(self, event.case_number)

    @api(
        "GET",
        "/imports",
        query=schemas.ListQuery,
        answer=schemas.ImportView,
        many=True,
    )
    def imports(self, call: Call) -> Page[Any]:
        """
        List the ledgers pushed by an office and by those below it.
        """
        request = PageRequest.of(call.query)
        page = Imports(call.session).of_offices(call.offices(), request)
        return page.map(_with_problems)

    @api("GET", "/imports/<number>", answer=schemas.ImportView)
    def import_progress(self, call: Call) -> Any:
        """
        Show how far a pushed ledger was read, and its first hundred problems.
        """
        imports = Imports(call.session)
        job = found(imports.get(call.path["number"]), "报送", call.path["number"])
        call.office(job.office)
        return _with_problems(job, imports.rejected(job.id, 100))

    @api("GET", "/imports/<number>/rejected", gives=XLSX)
    def rejected(self, call: Call) -> Download:
        """
        The rows that were not kept, as a workbook to correct and push again.
        """
        imports = Imports(call.session)
        job = found(imports.get(call.path["number"]), "报送", call.path["number"])
        call.office(job.office)
        form = self.programmes.get(job.programme).form
        content = rejected_workbook(form, imports.rejected(job.id))
        return Download(content, XLSX, f"rejected-{job.id}.xlsx")

    # -- cases

    @api("GET", "/cases", query=schemas.ListQuery, answer=schemas.CaseView, many=True)
    def cases(self, call: Call) -> Page[Any]:
        """
        List the cases of an office and of those below it (一院一清单, PY-14).
        """
        request = PageRequest.of(call.query)
        return Cases(call.session).of_offices(call.offices(), request)

    @api("GET", "/cases/<number>", answer=schemas.CaseView)
    def case(self, call: Call) -> dict[str, Any]:
        """
        Show one case with what its ledger row says, without the petitioner.
        """
        cases, number = Cases(call.session), call.path["number"]
        case = found(cases.get(number), "案件", number)
        call.office(case.office)
        return {**vars(case), "row": cases.ledger_row(number)}

    @api(
        "GET",
        "/duplicates",
        query=schemas.ListQuery,
        answer=schemas.DuplicateView,
        many=True,
    )
    def duplicates(self, call: Call) -> Page[Any]:
        """
        List cases that look like one matter: same person, same original case.
        """
        request = PageRequest.of(call.query)
        page = Cases(call.session).same_matter(call.offices(), request)
        why = ["同一信访人（证件号码或姓名相同）", "同一原案号"]
        return page.map(lambda row: {"numbers": row.numbers, "why": why})

    @api(
        "POST",
        "/cases/<number>/merge",
        roles=CLERKS,
        body=schemas.MergeBody,
        answer=schemas.CaseView,
    )
    def merge(self, call: Call) -> dict[str, Any]:
        """
        Merge a duplicate into the case it belongs to; nothing is deleted (PY-19).
        """
        cases, number, into = (
            Cases(call.session),
            call.path["number"],
            call.body["into"],
        )
        case, other = cases.lock(number, into)
        case, other = found(case, "案件", number), found(other, "案件", into)
        call.office(case.office)
        call.office(other.office)
        merged, event = domain.merge(
            case, other, on=call.body["merged_on"], today=call.today
        )
        return self._put(call, merged, event)

    @api(
        "POST",
        "/cases/<number>/unmerge",
        roles=CLERKS,
        body=schemas.UnmergeBody,
        answer=schemas.CaseView,
    )
    def unmerge(self, call: Call) -> dict[str, Any]:
        """
        Undo a merge: the case counts again.
        """
        number = call.path["number"]
        case = found(Cases(call.session).get(number, lock=True), "案件", number)
        call.office(case.office)
        restored, event = domain.unmerge(
            case, on=call.body["unmerged_on"], today=call.today
        )
        return self._put(call, restored, event)

    def _put(self, call: Call, case: domain.Case, event: Any) -> dict[str, Any]:
        cases = Cases(call.session)
        cases.update(case)
        self.announce(call.session, event)
        return {**vars(case), "row": cases.ledger_row(case.number)}

    def _petition(self, call: Call, *, lock: bool) -> domain.Petition:
        number = call.path["number"]
        petition: domain.Petition = found(
            Petitions(call.session).get(number, lock=lock), "信访件", number
        )
        call.office(petition.office)
        return petition

    def _programme(self, code: str | None, office: str, call: Call) -> Programme:
        """
        The programme asked for, or the first that covers the office.
        """
        covering = self.programmes.covering(office, self.directory, call.today)
        programmes = {programme.code: programme for programme in covering}
        code = code or next(iter(programmes), "")
        reject_if(programme_exists(code, programmes, "/programme"))
        return programmes[code]


def _with_problems(
    pushed: domain.Import, rejected: Iterable[domain.RejectedRow] = ()
) -> dict[str, Any]:
    """
    An import with its problems: of the file as a whole, then row by row.
    """
    of_rows = (problem for row in rejected for problem in row.problems)
    problems = [*pushed.problems, *of_rows]
    address = f"/imports/{pushed.id}/rejected" if pushed.rows_rejected else None
    return {**vars(pushed), "problems": problems[:100], "rejected_url": address}


SERVICE = IntakeService
