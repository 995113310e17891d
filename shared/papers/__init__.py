"""
Papers that an office prints, signs and serves: texts that it may replace, in the layout
of an official letter, as docx and as PDF.
"""

from shared.papers.docx import as_docx
from shared.papers.pdf import FontLacksError, as_pdf
from shared.papers.template import Paper, PaperTemplate, load_papers

__all__ = [
    "FontLacksError",
    "Paper",
    "PaperTemplate",
    "as_docx",
    "as_pdf",
    "load_papers",
]
