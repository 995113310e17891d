"""
The dossier of a case (一案一档): everything that was filed, bound with the trail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from services.assignment.casework.documents import DESK
from services.assignment.domain.closings.closing import NAMES as STANDINGS
from services.assignment.domain.facts.base import Entry
from services.assignment.domain.facts.documents import (
    DocumentFiled,
    withdrawn_documents,
)
from services.assignment.domain.matter import BegunMatter
from services.assignment.dossier.process import make_dossier, pieces_of
from services.assignment.dossier.record import BINDS, Dossier, FiledPaper, Row
from services.assignment.dossier.trail import Names, duty_rows, trail_rows
from services.assignment.endpoints.lookup import case_of
from services.assignment.schemas.closings.dossier import DossierBody
from services.assignment.store import Duties, Matters
from shared.documents.reading import note_openings, require_reader
from shared.documents.rules import document_rules
from shared.documents.store import Documents
from shared.errors import Conflict
from shared.media_types import PDF
from shared.papers import day_in_digits
from shared.policy.current import current_policy
from shared.storage.database import transaction
from shared.web.call import READERS, Call, Download
from shared.web.endpoint import api

_MOST_PAPERS, _MOST_ENTRIES = 1000, 5000


@dataclass(frozen=True)
class _Made:
    """
    A dossier that was made, as a file, and what it is made of.
    """

    dossier: Dossier
    file: BinaryIO


def _make(call: Call) -> _Made:
    """
    Read the record in a transaction of its own, and have the dossier made after it.
    """
    with transaction("assignment") as session:
        call.session = session
        dossier = _dossier(call)
    # After the transaction: making it takes seconds, in which nothing may be locked.
    return _Made(dossier, make_dossier(dossier))


@api(
    "POST",
    "/cases/<number>/dossier/pdf",
    roles=READERS,
    body=DossierBody,
    gives=PDF,
    repeatable=False,
    vet=_make,
)
def dossier_as_pdf(call: Call) -> Download:
    """
    Bind the dossier of a case as one PDF, for a purpose; each document in it is noted
    in the read log as opened.
    """
    dossier = call.vetted.dossier
    documents = [paper.id for paper in dossier.papers]
    note_openings(call, DESK, dossier.number, documents, call.body["purpose"])
    return Download(pieces_of(call.vetted.file), PDF, f"{dossier.number}.pdf")


def _dossier(call: Call) -> Dossier:
    row = case_of(call)
    require_reader(call, row)
    names = _names(row)
    # One more than are allowed tells that there are too many.
    entries = Matters(call.session).trail(row.number, _MOST_ENTRIES + 1)
    papers = _papers(call, row, entries, names)
    if len(entries) > _MOST_ENTRIES or len(papers) > _MOST_PAPERS:
        raise Conflict.because(
            "dossier_too_large",
            f"本案超过 {_MOST_PAPERS} 件材料或 {_MOST_ENTRIES} 条记载，不能制成一卷。",
            "请按材料目录逐件下载。",
        )
    duties = Duties(call.session).of_matter(row.number)
    return Dossier(
        number=row.number,
        office=names.office(row.office),
        day=max(entry.fact.on for entry in entries),
        cover=tuple(_cover(row, names, papers)),
        papers=papers,
        duties=tuple(duty_rows(duties, names)),
        trail=tuple(trail_rows(entries, names)),
    )


def _names(row: BegunMatter) -> Names:
    offices = current_policy().directory.offices()
    return Names(
        current_policy().programmes.get(row.programme),
        {office.code: office.name for office in offices},
        document_rules().titles,
    )


def _papers(
    call: Call, row: BegunMatter, entries: Collection[Entry], names: Names
) -> tuple[FiledPaper, ...]:
    """
    Every document of the case, wherever it was filed, in the order of their days,
    without those withdrawn; the same file, filed for several ends, is bound once. What
    was filed with another service has the title of its kind: its own stays there.
    """
    own = Documents(call.session, DESK.documents).of_matter(row.number)
    titles = {document.id: document.title for document in own}
    types = document_rules().type_of_media
    withdrawn = withdrawn_documents(entry.fact for entry in entries)
    facts = [
        entry.fact
        for entry in entries
        if isinstance(entry.fact, DocumentFiled)
        and entry.fact.document not in withdrawn
    ]
    facts.sort(key=lambda fact: (fact.dated, fact.document))
    # By content: the same file filed twice is bound where it stands first.
    first = dict[str, int]()
    for place, fact in enumerate(facts, start=1):
        first.setdefault(fact.digest, place)
    return tuple(
        FiledPaper(
            id=fact.document,
            title=titles.get(fact.document) or names.document(fact.kind),
            office=names.office(fact.by_office),
            dated=fact.dated,
            media_type=fact.media_type,
            type_title=types[fact.media_type].title
            if fact.media_type in types
            else fact.media_type,
            size=fact.size,
            digest=fact.digest,
            binds=fact.media_type in BINDS and first[fact.digest] == place,
            ending=types[fact.media_type].id if fact.media_type in types else "bin",
            same_as=first[fact.digest] if first[fact.digest] < place else None,
        )
        for place, fact in enumerate(facts, start=1)
    )


def _cover(
    row: BegunMatter, names: Names, papers: Collection[FiledPaper]
) -> Iterator[Row]:
    leaders = (f"{names.office(office)}{post}" for office, post in row.leaders)
    cells: dict[str, str | date | None] = {
        "案件编号": row.number,
        "承办机关": names.office(row.office),
        "适用方案": names.programme.title,
        "登记日期": row.opened_on,
        "包案领导": "、".join(leaders),
        "办理状态": STANDINGS[row.standing],
        "办结日期": row.concluded_on,
        "确认日期": row.confirmed_on,
        "卷内材料": f"{len(papers)} 件",
    }
    for name, value in cells.items():
        if value:
            shown = day_in_digits(value) if isinstance(value, date) else value
            yield name, shown
