"""
Petitions and cases that were registered wrongly: corrected, withdrawn, and what was
done to them since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.intake.casework.accused import accused_by_petition
from services.intake.casework.followed import follow_reinstated
from services.intake.casework.forms import (
    columns_of,
    completed,
    corrected_values,
    form_of,
    with_accused,
)
from services.intake.casework.history import history_line
from services.intake.casework.importing import content_of
from services.intake.casework.importing.accusations import COLUMNS, accusation_faults
from services.intake.casework.importing.correcting import unknown_names_in
from services.intake.casework.importing.repeats import (
    REPEATS,
    known_repeats,
    lock_known,
    no_fewer,
    stated_again,
)
from services.intake.casework.kept_kinds import kind_faults
from services.intake.casework.matters import require_among
from services.intake.casework.recounting import recount_case
from services.intake.casework.registered_repeats import StatedMatter
from services.intake.casework.worked import standing_rows
from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.enrolling import Leaving, leave_outside
from services.intake.domain.cases.worked import ACCUSED, superseded
from services.intake.domain.corrections.case_corrections import (
    CorrectedCase,
    correct_case,
    faults_of,
    reinstate_case,
    withdraw_case,
)
from services.intake.domain.corrections.corrections import (
    Correction,
    CorrectionKind,
    something_changes,
)
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.petitions import Petition, other_stands
from services.intake.endpoints.corrections.changed import as_shown
from services.intake.endpoints.lookup import (
    case_of,
    case_with_repeats,
    kept_from,
    petition_of,
)
from services.intake.endpoints.views import shown_case
from services.intake.ledger.cells.text import label
from services.intake.schemas import CaseView
from services.intake.schemas.history import (
    CaseCorrection,
    HistoryView,
    ReinstatementBody,
    WithdrawalBody,
)
from services.intake.store import (
    OUTBOX,
    Cases,
    CaseWork,
    CountedRepeats,
    History,
    NewCase,
    Petitions,
)
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/cases/<number>/corrections",
    roles=CLERKS,
    body=CaseCorrection,
    answer=CaseView,
    status=201,
)
def correct_registered_case(call: Call) -> dict[str, Any]:
    """
    Correct single cells of a case's ledger row; what was owed and counted follows. The
    case leaves each further programme whose scope it does not meet any more.
    """
    cases = Cases(call.session)
    case, before, values = _corrected_row(call)
    programme = current_policy().programmes.get(case.programme)
    locked = _matters_of(_stated(call, case, before, values))
    lock_known(call.session, programme, locked)
    case, before, values = _corrected_row(call, lock=True)
    stated = _stated(call, case, before, values)
    require_among(_matters_of(stated), locked)
    on = call.body.get("corrected_on", call.today)
    beyond = CountedRepeats(call.session).beyond_rows([case.number])[case.number]
    corrected = correct_case(
        *(case, before, values, programme),
        on=on,
        completed=completed,
        beyond=beyond,
    )
    reject_if(
        [
            *something_changes(corrected.fields),
            *faults_of(corrected),
            *kind_faults(call.session, [corrected], programme).get(case.number, ()),
            *_repeats_below_known(call, stated, programme, values),
            *_unknown_names(call, corrected, programme),
            *_accusations(call, corrected, on),
        ]
    )
    programmes = current_policy().programmes
    after, leaving = leave_outside(
        corrected.case, values, programmes, on=on, completed=completed
    )
    content, keeps_matter = content_of(values), corrected.keeps_matter
    cases.correct([NewCase(after, values, content, keeps_matter)])
    CountedRepeats(call.session).save(corrected.in_row)
    since = corrected.event.occurred_on if corrected.event else on
    CaseWork(call.session).supersede(
        superseded(case, corrected.fields, since, hub=programme.hub)
    )
    announce_corrected(call, corrected, leaving)
    return shown_case(after, values, alone=True)


def announce_corrected(
    call: Call, corrected: CorrectedCase, leaving: Iterable[Leaving]
) -> None:
    """
    Announce what was corrected of a case and which programmes it is *leaving* by that,
    and add both to its history.
    """
    number = corrected.case.number
    if corrected.event:
        OUTBOX.announce(call.session, corrected.event)
    kind, reason = CorrectionKind.CASE_CORRECTED, call.body["reason"]
    note(call, number, kind, corrected.fields, reason=reason)
    for each in leaving:
        OUTBOX.announce(call.session, each.event)
        left = {"programme": (each.event.programme, None)}
        kind = CorrectionKind.CASE_ENROLMENT_WITHDRAWN
        note(call, number, kind, left, reason=each.reason)


@api(
    "POST",
    "/cases/<number>/withdrawals",
    roles=CLERKS,
    body=WithdrawalBody,
    answer=CaseView,
)
def withdraw_registered_case(call: Call) -> dict[str, Any]:
    """
    Withdraw a case that was registered twice or by mistake: it counts no longer.
    """
    case, cases = case_of(call, lock=True), Cases(call.session)
    require_handling_office(call.who.office, case.office)
    reject_if(same_stands(call, cases.get))
    row = cases.ledger_row(case.number)
    withdrawn, event = withdraw_case(
        case,
        on=call.body.get("withdrawn_on", call.today),
        today=call.today,
        cause=call.body["cause"],
        same_as=call.body.get("same_as"),
    )
    cases.update(withdrawn)
    OUTBOX.announce(call.session, event)
    note(
        call,
        case.number,
        CorrectionKind.CASE_WITHDRAWN,
        why(call),
        reason=call.body["reason"],
    )
    return shown_case(withdrawn, row, alone=True)


@api(
    "POST",
    "/cases/<number>/reinstatements",
    roles=CLERKS,
    body=ReinstatementBody,
    answer=CaseView,
)
def reinstate_withdrawn_case(call: Call) -> dict[str, Any]:
    """
    Reinstate a case that was withdrawn by mistake: it counts again, with the repeats
    that came meanwhile, and what was owed in it is owed again.
    """
    case, cases = case_with_repeats(call), Cases(call.session)
    require_handling_office(call.who.office, case.office)
    petition = Petitions(call.session).get(case.number)
    on = call.body.get("reinstated_on", call.today)
    reinstated, event = reinstate_case(
        case,
        on=on,
        today=call.today,
        approver_post=call.body["approver_post"],
        leaders=current_policy().directory.office(case.office).leaders,
        petition_withdrawn=bool(petition and petition.withdrawn_on),
    )
    cases.update(reinstated)
    OUTBOX.announce(call.session, event)
    after = recount_case(call.session, reinstated, event.occurred_on, call.today)
    note(
        call,
        case.number,
        CorrectionKind.CASE_REINSTATED,
        {
            "withdrawn_on": (case.withdrawn_on, None),
            "approver_post": (None, call.body["approver_post"]),
        },
        reason=call.body["reason"],
    )
    followed = follow_reinstated(call.session, petition, on) if petition else None
    if followed and followed.corrected.fields:
        announce_corrected(call, followed.corrected, followed.leaving)
        after = followed.corrected.case
    return shown_case(after, cases.ledger_row(case.number), alone=True)


@api("GET", "/petitions/<number>/history", answer=HistoryView)
def petition_history(call: Call) -> dict[str, Any]:
    """
    Show what was corrected of a petition and of its replies: who, when, why.
    """
    petition = petition_of(call)
    return _history(call, petition.number, petition.programme)


def _is_told(call: Call, made: Correction) -> bool:
    """
    Whether a correction named no accused office from which it was kept: one that has
    the petition or the case now is not told that it was accused.
    """
    named = (values.get("accused_office") for values in (made.before, made.after))
    return not any(kept_from(call, call.who.office, each) for each in named)


@api("GET", "/cases/<number>/history", answer=HistoryView)
def case_history(call: Call) -> dict[str, Any]:
    """
    Show what was corrected of a case: who, when, why, which columns.
    """
    case = case_of(call)
    return _history(call, case.number, case.programme)


def _history(call: Call, number: str, programme: str) -> dict[str, Any]:
    columns = columns_of(programme)
    made = (e for e in History(call.session).of(number) if _is_told(call, e))
    corrections = [as_shown(each, programme, columns) for each in made]
    return {"number": number, "corrections": corrections}


def note(
    call: Call,
    number: str,
    kind: CorrectionKind,
    fields: Mapping[str, tuple[Any, Any]],
    *,
    reason: str,
    reply: str | None = None,
    split_into: str | None = None,
) -> None:
    """
    Add what was done to the history of a petition or case.
    """
    line = history_line(
        number,
        kind,
        fields,
        office=call.who.office,
        actor=call.who.account,
        on=call.today,
        reason=reason,
        reply=reply,
        split_into=split_into,
    )
    History(call.session).add(line)


def _corrected_row(
    call: Call, *, lock: bool = False
) -> tuple[Case, dict[str, Any], dict[str, Any]]:
    """
    The case of the path with its ledger row as it stands and as the body corrects it.
    """
    case = case_of(call, lock=lock)
    require_handling_office(call.who.office, case.office)
    stated = {case.number: (case, Cases(call.session).ledger_row(case.number))}
    _, before = standing_rows(call.session, stated)[case.number]
    form = current_policy().programmes.get(case.programme).form
    changes = call.body["changes"]
    values = corrected_values(form, before, changes, today=call.today)
    return case, before, with_accused(values, before)


def _matters_of(stated: StatedMatter | None) -> set[str]:
    """
    The matter whose repeats a corrected row states anew; of none if it states the same.
    """
    return {stated.matter} if stated and stated.matter else set()


def _stated(
    call: Call, case: Case, before: Mapping[str, Any], after: Mapping[str, Any]
) -> StatedMatter | None:
    matter = Cases(call.session).matter(case.number)
    return stated_again(case, before, after, matter)


def _repeats_below_known(
    call: Call,
    stated: StatedMatter | None,
    programme: Programme,
    after: Mapping[str, Any],
) -> Iterator[Problem]:
    if stated:
        (registered,) = known_repeats(call.session, programme, [stated])
        for problem in no_fewer(after, registered):
            yield replace(problem, location=f"/changes/{REPEATS}")


def _accusations(call: Call, corrected: CorrectedCase, on: date) -> Iterator[Problem]:
    """
    Whom a correction accuses, or makes answer by place, that may not have the case.
    """
    if COLUMNS.isdisjoint(corrected.fields):
        return
    case = corrected.case
    for column, problem in accusation_faults(corrected.row, case.office, on):
        yield replace(problem, location=f"/changes/{column}")
    for problem in accused_by_petition(call.session, [corrected]).get(case.number, ()):
        yield replace(problem, location=f"/changes/{ACCUSED}")


def _unknown_names(
    call: Call, corrected: CorrectedCase, programme: Programme
) -> Iterator[Problem]:
    """
    Whom a correction names that the directory does not have, at the columns as written.
    """
    by_title = form_of(programme.form).column_by_title()
    written = {by_title[label(title)].id: title for title in call.body["changes"]}
    for column, problem in unknown_names_in(corrected, programme):
        yield replace(problem, location=f"/changes/{written[column]}")


def why(call: Call) -> dict[str, tuple[Any, Any]]:
    """
    Why something was withdrawn, as fields of its history.
    """
    given = {name: call.body.get(name) for name in ("cause", "same_as")}
    return {name: (None, value) for name, value in given.items() if value}


def same_stands(
    call: Call, find: Callable[[str], Petition | Case | None]
) -> Iterator[Problem]:
    """
    What a record that was registered twice is the same as was not withdrawn, as far as
    the caller may see it.
    """
    number = call.body.get("same_as")
    same = find(number) if number else None
    if same and call.may_see(same.office):
        yield from other_stands(same.number, same.withdrawn_on)
