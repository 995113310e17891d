"""
The petitions of one matter: which is the first, and which repeat it (初信初访).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from services.intake.domain.petitions.petitions import Petition
from shared.matter_numbers import office_in


def in_order(
    known: Sequence[Petition], lineage: Callable[[Petition], Collection[str]]
) -> Iterator[tuple[Petition, Petition]]:
    """
    Those of the petitions of a matter that do not stand as they should, each with how
    it does: as a repeat of the earliest that came in before it and is not kept from its
    *lineage*, or as a first one. *known* is in order of day and number.

    What a person has decided stays, and what another office passed on. So does what
    repeats a petition that is kept from its office now: nothing that the office sees
    shows that it is accused.
    """
    by_number = {each.number: each for each in known}
    arranged = list[Petition]()
    for petition in known:
        after, above = petition, lineage(petition)
        present = by_number.get(petition.repeat_of or "")
        hidden = present is not None and _is_kept(present, above)
        if not _stays(petition) and not hidden:
            first = _first_for(petition, arranged, above)
            after = _repeat_of(petition, first) if first else as_first(petition)
        # With whom it was handled first as it is now: later ones take it over.
        arranged.append(after)
        if after != petition:
            yield petition, after


def _first_for(
    petition: Petition, earlier: Iterable[Petition], above: Collection[str]
) -> Petition | None:
    return next(
        (
            each
            for each in earlier
            if each.passed_from is None
            and not _is_kept(each, above)
            and not (each.matter_decided_on and each.repeat_of == petition.number)
        ),
        None,
    )


def is_kept(number: str, accused: str | None, above: Collection[str]) -> bool:
    """
    Whether the petition of a *number* accuses an office of a lineage, unless that is
    the one that registered it, from which its absence would hide nothing (decision
    0077).
    """
    return accused in above and accused != office_in(number)


def _is_kept(petition: Petition, above: Collection[str]) -> bool:
    return is_kept(petition.number, petition.accused_office, above)


def as_first(petition: Petition) -> Petition:
    """
    A petition as the first one of its matter, as its own office handles it.
    """
    if petition.repeat_of is None or _stays(petition):
        return petition
    return repeating_none(petition)


def repeating_none(petition: Petition) -> Petition:
    """
    A petition that repeats none, as its own office handles it.
    """
    here = office_in(petition.number) or petition.office
    return replace(
        petition, repeat_of=None, first_office=here, first_post=petition.handler_post
    )


def handled_by(petition: Petition, post: str | None) -> Petition:
    """
    A petition whose handler was corrected: of the first one of a matter, and of what
    another office passed on, the handler is the first one here, too (DY-10, PY-46).
    """
    own = petition.repeat_of is None or petition.passed_from is not None
    first_post = post if own else petition.first_post
    return replace(petition, handler_post=post, first_post=first_post)


def _repeat_of(petition: Petition, first: Petition) -> Petition:
    return replace(
        petition,
        repeat_of=first.number,
        first_office=first.first_office,
        first_post=first.first_post,
    )


def _stays(petition: Petition) -> bool:
    return petition.matter_decided_on is not None or petition.passed_from is not None
