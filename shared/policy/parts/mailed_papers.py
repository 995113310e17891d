"""
Which papers of an office go with its mails, and in which form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Form = Literal["docx", "pdf"]
Occasion = Literal["notice_issued", "batch_handed"]
"""
A supervision notice is issued (督办函), or a batch is handed down (交办函).
"""


@dataclass(frozen=True)
class MailedPaper:
    """
    The paper (an id in deploy/papers) that is printed on an occasion and attached to
    the mail of who receives it.

    *forms*: offices, by their codes, that want it in another *form*.
    """

    paper: str
    on: Occasion
    form: Form
    source: str
    forms: Mapping[str, Form] = field(default_factory=dict)

    def form_for(self, office: str) -> Form:
        return self.forms.get(office, self.form)
