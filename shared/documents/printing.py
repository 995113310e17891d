"""
The endpoints that print papers and file them as documents, made once for every service.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Table

from shared.documents.document import Document
from shared.documents.filing import Desk, NewDocument, file_document
from shared.documents.filled_papers import (
    Fill,
    FilledPaper,
    add_prints,
    laid_out,
    require_filed,
)
from shared.documents.numbering import NumberRequest, PaperNumbers, no_series
from shared.documents.schemas import DocumentView
from shared.errors import Conflict, Problem, reject_if
from shared.papers import Paper, Papers, PaperTemplate
from shared.papers.number_series import NumberSeries, numbering
from shared.policy.current import current_policy
from shared.rules import day_has_come, day_not_before, post_exists
from shared.storage.database import transaction
from shared.web.call import CLERKS, Call
from shared.web.endpoint import Handler, add_endpoint
from shared.web.lookup import content_kept, is_content_kept
from shared.web.papers import FiledPaper, PrintedPaper


@dataclass(frozen=True, kw_only=True)
class PaperContent:
    """
    What a paper of *office* says of the *record* with this id: *values* by the names of
    the service's `Papers`, true since *day*. *number*: of the record, for the name of
    the file; *matter*: with which it may be filed, None if with none; *filed*: what
    follows once it is, if something does. *document*: the number that the paper has by
    its record, unless another is typed or drawn.
    """

    values: Mapping[str, Any]
    office: str
    day: date
    record: str
    number: str
    matter: Any = None
    filed: Callable[[Connection, Document], None] | None = None
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class _LaidOut:
    """
    A paper as it was laid out by a template, to be filed, and what it says.
    """

    new: NewDocument
    template: PaperTemplate
    content: PaperContent


ContentOf = Callable[[Call, PaperTemplate], PaperContent | None]
"""
What a paper says of the record that the path of a request names; None while there is
nothing that it could state. Raises `NotFound` and `Forbidden`.
"""


def paper_endpoints(
    papers: Papers,
    desk: Desk,
    contents: Mapping[str, ContentOf],
    *,
    numbers: Table,
    key: str = "number",
    only_filed: bool = False,
    only_printed: Collection[str] = (),
    bodies: Mapping[str, tuple[type[PrintedPaper], type[FiledPaper]]] = {},
) -> ModuleType:
    """
    A module with the endpoints of papers, for the list of modules of a service;
    *contents* by the first part of their address, of which *key* names the second;
    *numbers*: where the numbers that papers have are recorded.

    *only_filed*: papers that name people are made as documents alone, whose every
    reading is noted. *only_printed*: parts whose papers are filed by an endpoint of
    their own. *bodies*: what a request for a paper of one part states to print
    it and to file it, where that is more than usual.
    """
    module = ModuleType(f"services.{papers.service}.papers_printed")
    for part, find in contents.items():
        plural = "es" if part.endswith("ches") else "s"
        singular = part.removesuffix(plural).replace("-", "_")
        url = f"/{part}/<{key}>/papers"
        to_print, to_file = bodies.get(part, (PrintedPaper, FiledPaper))
        if part not in only_printed:
            add_endpoint(
                *(module, f"file_{singular}_paper", _filed(desk, find)),
                *("POST", url),
                roles=CLERKS,
                body=to_file,
                vet=_lay_out(papers, numbers, find),
                answer=DocumentView,
                status=201,
            )
        if only_filed:
            continue
        fill = _filling(papers, numbers, find)
        add_prints(module, singular, url, fill, roles=CLERKS, body=to_print)
    return module


def _filling(papers: Papers, numbers: Table, find: ContentOf) -> Fill:
    def fill(call: Call) -> FilledPaper:
        paper, template, content = printed(call, papers, numbers, find)
        return FilledPaper(
            paper=paper,
            template=template,
            number=content.number,
            matter=content.matter,
        )

    return fill


def _lay_out(
    papers: Papers, numbers: Table, find: ContentOf
) -> Callable[[Call], _LaidOut]:
    def lay_out(call: Call) -> _LaidOut:
        """
        Number a paper in a transaction of its own and lay it out afterwards, so that
        nobody who draws from the series waits for the layout. A paper that could not be
        laid out or filed has its number when it is printed again.
        """
        with transaction(papers.service) as session:
            call.session = session
            paper, template, content = printed(call, papers, numbers, find)
            require_filed(content.matter, template)
        new = laid_out(call, paper, template)
        return _LaidOut(new=new, template=template, content=content)

    return lay_out


def _filed(desk: Desk, find: ContentOf) -> Handler:
    def file(call: Call) -> Document:
        """
        Print a paper and file it as a document of its matter; with `numbered` it has
        the next number of the office's series.
        """
        laid_out: _LaidOut = call.vetted
        content = _still_true(call, desk, find, laid_out)
        document = file_document(call, desk, content.matter, laid_out.new)
        if content.filed is not None:
            content.filed(call.session, document)
        return document

    return file


def _still_true(
    call: Call, desk: Desk, find: ContentOf, laid_out: _LaidOut
) -> PaperContent:
    """
    What the paper says, read again once its matter is locked.

    Raises `Conflict` if it would say something else by now, or is another office's.
    """
    for _, matter_of in desk.matters.values():
        if matter_of(call.session, laid_out.content.matter.number, lock=True):
            break
    content = find(call, laid_out.template)
    if content is None or _comparable(content) != _comparable(laid_out.content):
        raise Conflict.because(
            "changed_meanwhile",
            "文书制作期间，所述事项有了变化。",
            "请核对后重新制作。",
        )
    return content


def _comparable(content: PaperContent) -> tuple[object, ...]:
    having = content.matter and content.matter.office
    return content.values, content.office, content.day, content.record, having


def printed(
    call: Call, papers: Papers, numbers: Table, find: ContentOf
) -> tuple[Paper, PaperTemplate, PaperContent]:
    """
    The paper of the request. Raises `Conflict` while it has nothing to state, and
    `Rejected` with all that is wrong.
    """
    body = call.body
    template = papers.template(body["paper"])
    content = find(call, template)
    if content is None:
        raise papers.nothing_to_state(template)
    _require_content(call, content)
    template = papers.of_office(template, content.office)
    office = current_policy().directory.office(content.office)
    issued_by, day = body.get("issued_by", ""), body.get("on", content.day)
    words, typed = body.get("words", ()), body.get("document", "")
    series = numbering().of(content.office, papers.service, template.id)
    reject_if(
        [
            *day_has_come(body.get("on"), call.today, "/on"),
            *day_not_before(day, content.day, "/on", "文书所述事项的日期"),
            *(
                post_exists(issued_by, office.posts, "/issued_by", office.name)
                if issued_by
                else ()
            ),
            *template.words_problems([each["asked"] for each in words]),
            *_number_problems(body, template, series),
        ]
    )
    if series:
        request = NumberRequest(
            paper=template.id, record=content.record, day=day, today=call.today
        )
        typed = _number(PaperNumbers(call.session, numbers), series, request, body)
    paper = template.fill(
        content.values,
        number=typed or content.document,
        office=office.name,
        day=day,
        issued_by=issued_by,
        words={each["asked"]: each["text"] for each in words},
    )
    return paper, template, content


def _require_content(call: Call, content: PaperContent) -> None:
    """
    Raise `Forbidden` for who learns only how far the matter of a paper of another
    office is (decision 0088).
    """
    matter, own = content.matter, content.office == call.who.office
    if matter is not None and not own and is_content_kept(call, matter):
        raise content_kept(matter.programme)


def _number_problems(
    body: Mapping[str, Any], template: PaperTemplate, series: NumberSeries | None
) -> Iterator[Problem]:
    """
    A number is drawn or typed, not both; it is drawn from a series that exists.
    """
    if body.get("numbered") and body.get("document"):
        yield Problem(
            "number_given_twice",
            "编号既要由系统编，又已填写。",
            "请只留 numbered 或 document 一项。",
            "/document",
        )
    elif body.get("numbered") and series is None:
        yield no_series(template.title)


def _number(
    numbers: PaperNumbers,
    series: NumberSeries,
    request: NumberRequest,
    body: Mapping[str, Any],
) -> str:
    """
    The number of a paper of which there is a series: drawn, as it was typed, or the one
    that it has; a paper that is only printed uses none up.
    """
    typed: str = body.get("document", "")
    if body.get("numbered"):
        return numbers.draw(series, request)
    if "form" in body:
        numbers.use(series, request, typed)
    else:
        numbers.require_fit(series, request, typed)
    return typed or numbers.number_of(series, request)
