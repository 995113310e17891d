"""
What is asked for when a paper is printed.
"""

from __future__ import annotations

from shared.web import fields as schema
from shared.web.fields import Strict


class PaperBody(Strict):
    """Which paper of deploy/papers is to be printed."""

    paper = schema.text(longest=60)
