"""
What the query of a list may hold, whatever the list: each list adds its own conditions.
"""

from __future__ import annotations

from shared.web import fields as schema
from shared.web.fields import Strict


class PageQuery(Strict):
    """From where on, and how many."""

    after = schema.text(longest=500, required=False)
    limit = schema.page_size()


class ListQuery(PageQuery):
    """Likewise, of which office and those below it."""

    office = schema.office_code()


class LogQuery(ListQuery):
    """Likewise, on which days."""

    since = schema.day(required=False, data_key="from")
    until = schema.day(required=False, data_key="to")
