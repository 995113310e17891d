"""
What the events have in common that reporting reads.
"""

from __future__ import annotations

from marshmallow import fields

from shared.web.schema.fields import Tolerant


class OfProgramme(Tolerant):
    """A fact that counts for its programme whatever it is about."""

    programme = fields.String(required=True)


class OfCase(OfProgramme):
    """A fact about a case, which counts if the case is in scope."""

    in_scope = fields.Boolean(required=True)
