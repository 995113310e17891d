"""
What an office takes out of the register: its list, and the ledger of one case.
"""

from __future__ import annotations

from functools import partial

from services.intake.casework.exports import exported_case, exported_ledger
from services.intake.endpoints.lookup import case_of, programme_of
from services.intake.schemas.cases.exports import CaseLedgerQuery, LedgerQuery
from services.intake.store import Cases
from shared.errors import reject_if
from shared.media_types import XLSX
from shared.policy.current import current_policy
from shared.rules import programme_exists
from shared.web.call import Call, Download
from shared.web.endpoint import api
from shared.web.lookup import is_content_kept


@api("GET", "/ledger", query=LedgerQuery, gives=XLSX)
def export_ledger(call: Call) -> Download:
    """
    Export the cases of an office and of those below it in the form of the programme,
    also those that stand in it beside their own.

    A sheet an office and the numbers of all together (一院一清单, PY-14; 附件2, PY-16),
    without what describes people, and without the cases of which the caller learns
    only how far they are (XQ-56).
    """
    office = call.office()
    programme = programme_of(call, call.query["programme"], office)
    offices = Cases(call.session).offices_with_cases(call.offices(), programme.code)
    return Download(
        exported_ledger(
            programme,
            offices,
            masked=True,
            is_kept=partial(is_content_kept, call),
        ),
        XLSX,
        f"{programme.code}-{office}-{call.today}.xlsx",
    )


@api("GET", "/cases/<number>/ledger", query=CaseLedgerQuery, gives=XLSX)
def export_case(call: Call) -> Download:
    """
    Export one case as a sheet to print (一案一台账, PY-14), without the petitioner, in
    the form of its own programme, or of another in which it stands.
    """
    case = case_of(call)
    code = call.query.get("programme", case.programme)
    standing = {case.programme, *(each.programme for each in case.further)}
    reject_if(programme_exists(code, standing, "?programme"))
    programme = current_policy().programmes.get(code)
    pieces = exported_case(call.session, programme, case)
    return Download(pieces, XLSX, f"{case.number}.xlsx")
