"""
Papers that an office prints, signs and serves: texts that it may replace, in the layout
of an official letter, as docx and as PDF.

A service that prints papers declares in its module `papers` one `PAPERS`: what they may
tell of and name. Each is a file in deploy/papers/<service>; `jianjian check` reads all
of them. Its endpoints fill a template and answer with `shared.web.papers.docx_of` and
`pdf_of`; what draws them (`docx`, `pdf`) is loaded with the first one.
"""

from shared.numerals import day_in_digits, day_in_numerals, sum_in_capitals
from shared.papers.catalogue import Papers
from shared.papers.paper import Paper, Paragraph, Table
from shared.papers.template import PaperTemplate

__all__ = [
    "Paper",
    "PaperTemplate",
    "Papers",
    "Paragraph",
    "Table",
    "day_in_digits",
    "day_in_numerals",
    "sum_in_capitals",
]
