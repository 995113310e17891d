"""
Filing a document: what endpoints and other code of a service use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from eventlet import tpool
from sqlalchemy import Connection, Table
from uuid_utils import uuid7

from shared.documents.document import Document
from shared.documents.rules import document_rules
from shared.documents.store import Documents
from shared.errors import Conflict, Problem
from shared.events import Event, FiledDocument, WithdrawnDocument
from shared.storage.contents import content_folder
from shared.vocabulary import ScanState
from shared.web.call import Call

StandsOn = Callable[[Connection, Document], Iterator[Problem]]
"""
What of the service stands on a document, so that it is not withdrawn.
"""


class Find(Protocol):
    """
    Gives the matter of a number, with its office and programme, with *lock* for this
    transaction alone; None if there is none.
    """

    def __call__(
        self, session: Connection, number: str, *, lock: bool = False
    ) -> Any: ...


class Announce(Protocol):
    """
    Announces what happened, in the transaction of the session.
    """

    def __call__(self, session: Connection, /, *happened: Event) -> None: ...


@dataclass(frozen=True)
class Desk:
    """
    Where one service files documents: its tables, how it announces its events, the
    matters that they may be filed with, each by the first part of its address with what
    it is called, and what stands on a document.
    """

    documents: Table
    openings: Table
    announce: Announce
    filed: type[FiledDocument]
    withdrawn: type[WithdrawnDocument]
    matters: Mapping[str, tuple[str, Find]]
    stands_on: StandsOn


@dataclass(frozen=True, kw_only=True)
class NewDocument:
    """
    A file that was found fit to be filed.
    """

    content: bytes
    media_type: str
    filename: str
    kind: str
    title: str
    dated: date
    scan: ScanState = ScanState.NOT_SCANNED
    made_here: bool = False


@dataclass(frozen=True, kw_only=True)
class FiledBy:
    """
    Which office files a document, who of it, and on which day.
    """

    office: str
    actor: str
    on: date


def require_new(there: Document | None) -> None:
    """
    Raise `Conflict` for a file that is *there* already, naming the document.
    """
    if there is not None:
        raise Conflict.because(
            "already_filed",
            f"同一文件已于 {there.filed_on} 作为此类材料收存，材料编号 {there.id}。",
            "请引用该材料编号，一份材料可作多处证明；另有用途的，请选择相应的材料种类。",
            "/file",
        )


def file_document(call: Call, desk: Desk, matter: Any, new: NewDocument) -> Document:
    """
    File a document with a matter, in the transaction of the call.
    """
    by = FiledBy(office=call.who.office, actor=call.who.account, on=call.today)
    return add_document(call.session, desk, matter, new, by)


def add_document(
    session: Connection, desk: Desk, matter: Any, new: NewDocument, by: FiledBy
) -> Document:
    """
    File a document with a matter and announce it.
    """
    (document,) = add_to_each(session, desk, [matter], new, by)
    return document


def add_to_each(
    session: Connection,
    desk: Desk,
    matters: Iterable[Any],
    new: NewDocument,
    by: FiledBy,
) -> list[Document]:
    """
    File one file with each of these matters and announce it; its content is stored
    once.
    """
    digest = tpool.execute(content_folder().put, new.content)
    filed = [(matter, _document(matter.number, new, by, digest)) for matter in matters]
    documents = [document for _, document in filed]
    Documents(session, desk.documents).insert(*documents)
    desk.announce(
        session,
        *(
            desk.filed.of(
                matter,
                by.on,
                document=document.id,
                by_office=document.office,
                kind=document.kind,
                digest=digest,
                media_type=document.media_type,
                size=document.size,
                dated=document.dated,
            )
            for matter, document in filed
        ),
    )
    return documents


def _document(number: str, new: NewDocument, by: FiledBy, digest: str) -> Document:
    return Document(
        id=str(uuid7()),
        number=number,
        office=by.office,
        kind=new.kind,
        title=new.title,
        filename=new.filename,
        media_type=new.media_type,
        size=len(new.content),
        digest=digest,
        scan=new.scan,
        dated=new.dated,
        filed_on=by.on,
        filed_by=by.actor,
        made_here=new.made_here,
    )


def paper_of(
    *, kind: str, title: str, content: bytes, media_type: str, dated: date
) -> NewDocument:
    """
    A paper that the system made of what is recorded, to be filed.
    """
    ending = document_rules().type_of_media[media_type].id
    return NewDocument(
        content=content,
        media_type=media_type,
        filename=f"{title}.{ending}",
        kind=kind,
        title=title,
        dated=dated,
        made_here=True,
    )
