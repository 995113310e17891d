"""
What is accepted about the dossier of a case over HTTP.
"""

from __future__ import annotations

from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict


class DossierBody(Strict):
    """What the dossier is needed for."""

    purpose = schema.text(longest=200)
