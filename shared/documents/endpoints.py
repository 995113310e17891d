"""
The endpoints of documents, made once and mounted in every service that takes them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from eventlet import tpool

from shared.documents.document import Document, DocumentOpening
from shared.documents.filing import Desk, Find, file_document, require_new
from shared.documents.reading import may_read, note_openings, require_reader
from shared.documents.schemas import (
    ContentQuery,
    DocumentForm,
    DocumentOpeningView,
    DocumentView,
    DocumentWithdrawalBody,
)
from shared.documents.store import DocumentOpenings, Documents
from shared.documents.vetting import vet
from shared.documents.withdrawing import Withdrawal, withdraw
from shared.policy.current import current_policy
from shared.storage.contents import content_folder, digest_of
from shared.vocabulary import Role
from shared.web.auth import require_office
from shared.web.call import CLERKS, LEADERS, READERS, Call, Download
from shared.web.endpoint import FORM, Handler, add_endpoint
from shared.web.lookup import in_sight, or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import LogQuery, PageQuery

ANY_FILE = "application/octet-stream"
_WHAT = "材料"


def document_endpoints(desk: Desk, service: str) -> ModuleType:
    """
    A module with the endpoints of documents of a service, for its list of modules.
    """
    module = ModuleType(f"services.{service}.documents_of_matters")

    mount = partial(add_endpoint, module)
    for part, (noun, find) in desk.matters.items():
        _mount_matters(mount, desk, part, noun, find)
    mount(
        "document_content",
        _content(desk),
        *("GET", "/documents/<identity>/content"),
        roles=READERS,
        query=ContentQuery,
        gives=ANY_FILE,
    )
    mount(
        "withdraw_document",
        _withdrawing(desk),
        *("POST", "/documents/<identity>/withdrawals"),
        roles=LEADERS,
        body=DocumentWithdrawalBody,
        answer=DocumentView,
        status=201,
    )
    mount(
        "list_document_openings",
        _openings(desk),
        *("GET", "/document-openings"),
        roles=frozenset({Role.AUDITOR}),
        query=LogQuery,
        answer=DocumentOpeningView,
        many=True,
    )
    return module


def _mount_matters(
    mount: Callable[..., None], desk: Desk, part: str, noun: str, find: Find
) -> None:
    """
    Add the endpoints under the addresses of the matters of one *part*, as `cases`.
    """
    singular, url = part.removesuffix("s"), f"/{part}/<number>/documents"
    mount(
        f"file_{singular}_document",
        _filing(desk, noun, find),
        *("POST", url),
        roles=CLERKS,
        accepts=FORM,
        body=DocumentForm,
        vet=vet,
        answer=DocumentView,
        status=201,
    )
    mount(
        f"list_{singular}_documents",
        _listing(desk, noun, find),
        *("GET", url),
        query=PageQuery,
        answer=DocumentView,
        many=True,
    )


def _filing(desk: Desk, noun: str, find: Find) -> Handler:
    def file(call: Call) -> Document:
        """
        File a document: a scan, a photo, a sound, a paper. The type follows from the
        content; what is filed is kept encrypted and cannot be replaced. The same file
        is filed once of a kind with a matter, and referred to as often as needed.
        """
        matter = _matter(call, noun, find)
        digest = tpool.execute(digest_of, call.vetted.content)
        documents = Documents(call.session, desk.documents)
        require_new(documents.same_file(matter.number, call.vetted.kind, digest))
        return file_document(call, desk, matter, call.vetted)

    return file


def _listing(desk: Desk, noun: str, find: Find) -> Handler:
    def list_documents(call: Call) -> Page[dict[str, Any]]:
        """
        List the documents of a matter, in the order in which they came in. Titles are
        shown to those who may read the content.
        """
        matter = _matter(call, noun, find)
        page = Documents(call.session, desk.documents).page_of(matter.number, call.page)
        return page.map(lambda document: _shown(call, document, matter))

    return list_documents


def _content(desk: Desk) -> Handler:
    def content(call: Call) -> Download:
        """
        Download the content of a document, for a purpose; it is noted in the read log.
        """
        identity = call.path["identity"]
        document = or_not_found(
            Documents(call.session, desk.documents).get(identity), _WHAT, identity
        )
        matter = _matter_of(call, desk, document)
        require_reader(call, matter, document.office)
        purpose = call.query["purpose"]
        note_openings(call, desk, document.number, [document.id], purpose)
        file_bytes = tpool.execute(content_folder().get, document.digest)
        return Download(file_bytes, document.media_type, document.filename)

    return content


def _withdrawing(desk: Desk) -> Handler:
    def withdraw_document(call: Call) -> Document:
        """
        Withdraw a document that was filed wrongly, with the reason and the leader who
        approved it: it stays in the list and is evidence of nothing from that day. The
        office that filed it does so, or the one that handles the matter now.
        """
        identity = call.path["identity"]
        documents = Documents(call.session, desk.documents)
        filed = or_not_found(documents.get(identity), _WHAT, identity)
        # The matter before its document, as everything that refers to one locks it.
        matter = _matter_of(call, desk, filed, lock=True)
        document = or_not_found(documents.get(identity, lock=True), _WHAT, identity)
        own = call.who.office == document.office
        office = document.office if own else matter.office
        directory, body = current_policy().directory, call.body
        require_office(call.who, office, directory, call.today)
        withdrawn = withdraw(
            document,
            Withdrawal(
                on=body["on"],
                by=call.who.account,
                post=body["approver_post"],
                reason=body["reason"],
            ),
            leaders=directory.office(office).leaders,
            stands_on=desk.stands_on(call.session, document),
            today=call.today,
        )
        documents.update(withdrawn)
        event = desk.withdrawn.of(
            matter,
            body["on"],
            document=document.id,
            by_office=office,
            kind=document.kind,
            post=body["approver_post"],
        )
        desk.announce(call.session, event)
        return withdrawn

    return withdraw_document


def _openings(desk: Desk) -> Handler:
    def openings(call: Call) -> Page[DocumentOpening]:
        """
        List who read which document, and what for, the newest first.
        """
        names = ("since", "until")
        filters = {name: call.query[name] for name in names if name in call.query}
        log = DocumentOpenings(call.session, desk.openings)
        return log.of_offices(call.offices(), call.page, **filters)

    return openings


def _matter(call: Call, noun: str, find: Find) -> Any:
    number = call.path["number"]
    return in_sight(call, find(call.session, number), noun, number)


def _matter_of(
    call: Call, desk: Desk, document: Document, *, lock: bool = False
) -> Any:
    """
    The matter of a document, if it is in sight. Raises `NotFound` as for no document.
    """
    matters = (
        find(call.session, document.number, lock=lock)
        for _, find in desk.matters.values()
    )
    matter = next((each for each in matters if each is not None), None)
    return in_sight(call, matter, _WHAT, document.id)


def _shown(call: Call, document: Document, matter: Any) -> dict[str, Any]:
    shown = vars(document)
    readable = may_read(call, matter, document.office)
    return shown if readable else {**shown, "title": None, "withdrawn_because": None}
