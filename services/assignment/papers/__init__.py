"""
The papers of a case: what they may tell of, and what each says by the record.

`subjects` lists what papers may tell of; each other file says what the papers of one
subject may name.
"""

from __future__ import annotations

from services.assignment.papers import case
from services.assignment.papers.subjects import SUBJECTS
from shared.papers import Papers

PAPERS = Papers(
    "assignment",
    {name: subject.title for name, subject in SUBJECTS.items()},
    case.NAMES,
    {name: subject.names for name, subject in SUBJECTS.items()},
)
