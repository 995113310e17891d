"""
Makes every paper and one dossier, to be looked at: `python -m tests.look DIR`.

Each paper is made as Word document and as PDF, from the records of the tests. Word
documents are opened by LibreOffice (`soffice`) and every PDF is drawn page by page
(`pdftoppm`), where these are installed. Ends with 1 if a Word document does not open or
a PDF lacks a font.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader

_SECONDS = 600  # for all documents together
_OPENED = "opened"  # the folder of what LibreOffice made of the Word documents
_EVERYWHERE = {"/Helvetica"}  # every reader of PDF has it; the page numbers of dossiers


def fonts_of(pdf: Path) -> dict[str, bool]:
    """
    The fonts of a PDF, and whether each is embedded.
    """
    fonts = {}
    for page in PdfReader(pdf).pages:
        for name in page["/Resources"].get("/Font", {}).values():
            font = name.get_object()
            inner = font.get("/DescendantFonts", [font])[0].get_object()
            described = inner.get("/FontDescriptor", {})
            embedded = any(key.startswith("/FontFile") for key in described)
            fonts[str(font["/BaseFont"])] = embedded
    return fonts


def make_papers(folder: Path) -> list[Path]:
    """
    Every paper as Word document and as PDF; the Word documents.
    """
    os.environ.setdefault("PROGRAMMES", "all")
    from shared.papers.docx import as_docx
    from shared.papers.pdf import as_pdf
    from shared.settings import settings
    from tests.contract.test_papers import PRINTED

    made = []
    for name, (printed, wanted) in PRINTED.items():
        paper, file = printed(wanted), folder / name.replace("/", "-")
        made.append(file.with_suffix(".docx"))
        made[-1].write_bytes(as_docx(paper))
        content = as_pdf(paper, Path(settings["PAPER_FONT"]))
        file.with_suffix(".pdf").write_bytes(content)
    return made


def make_dossier(folder: Path) -> None:
    """
    A dossier that binds the papers of closings and hearings made before.
    """
    from tests.domain.assignment.dossier.test_dossier import composed

    bound = sorted(folder.glob("assignment-closing*.pdf"))
    bound += sorted(folder.glob("hearing-*.pdf"))
    content = composed(*(file.read_bytes() for file in bound))
    (folder / "dossier.pdf").write_bytes(content)


def open_documents(office: str, documents: list[Path], opened: Path) -> Iterator[str]:
    """
    Have LibreOffice print the Word documents; what did not come out.
    """
    with tempfile.TemporaryDirectory() as profile:
        command = [office, f"-env:UserInstallation=file://{profile}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(opened)]
        subprocess.run(
            [*command, *documents],
            check=True,
            timeout=_SECONDS,
            stdout=subprocess.DEVNULL,
        )
    for file in documents:
        if not (opened / f"{file.stem}.pdf").is_file():
            yield f"{file.name} does not open"


def look_at(folder: Path) -> list[str]:
    """
    Make all there is to look at in *folder*; what is wrong with it.
    """
    office, drawing = shutil.which("soffice"), shutil.which("pdftoppm")
    # What an earlier run opened would pass for what this one did.
    shutil.rmtree(folder / _OPENED, ignore_errors=True)
    documents, wrong = make_papers(folder), []
    make_dossier(folder)
    if office:
        wrong += open_documents(office, documents, folder / _OPENED)
    else:
        print("soffice is not installed: Word documents were not opened.")
    for pdf in sorted(folder.rglob("*.pdf")):
        fonts = fonts_of(pdf)
        print(f"{pdf.relative_to(folder)}: {', '.join(fonts)}")
        lacking = {name for name, embedded in fonts.items() if not embedded}
        wrong += [f"{pdf.name} lacks {name}" for name in lacking - _EVERYWHERE]
        if drawing:
            page = [drawing, "-r", "50", "-png", pdf, pdf.with_suffix("")]
            subprocess.run(page, check=True, timeout=_SECONDS)
    if not drawing:
        print("pdftoppm is not installed: no page was drawn.")
    print(f"{len(documents)} papers and a dossier in {folder}", *wrong, sep="\n")
    return wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.look")
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    return int(bool(look_at(folder)))


if __name__ == "__main__":
    sys.exit(main())
