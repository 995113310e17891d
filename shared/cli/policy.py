"""
Commands that check and show programmes, forms and papers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shared.errors import Problem
from shared.settings import SERVICES, settings

if TYPE_CHECKING:
    from shared.papers import Papers
    from shared.policy.programme import Programme


@click.command()
@click.option(
    "--deploy", type=click.Path(path_type=Path, exists=True), help="default: DEPLOY_DIR"
)
def check(deploy: Path | None) -> None:
    """
    Check programmes, forms, papers, documents, directory and calendar; name file, line
    and reason.
    """
    from services.assignment.domain.facts.vocabulary import VOCABULARY
    from services.assignment.papers import PAPERS, mailed_papers_problems
    from services.intake.ledger.checks import check_forms
    from shared.documents.rules import check_rules
    from shared.papers.number_series import check_numbering
    from shared.policy.checks.deploy import check as problems_of
    from shared.policy.directory import Directory
    from shared.policy.loading import load_programmes

    folder = deploy or settings.deploy
    problems, offices = problems_of(folder, VOCABULARY), None
    if not problems:
        directory = Directory.load(folder / "directory")
        programmes = load_programmes(folder / "programmes", directory)
        offices = [office.code for office in directory.offices()]
        problems = check_forms(folder / "forms", programmes)
        problems += [] if deploy else _unknown_programmes(programmes.codes)
    rules, wrong = check_rules(folder / "documents")
    problems += wrong
    kinds = rules.titles if rules else None
    for papers in _papers_of_services():
        problems += papers.check(folder / "papers", kinds, offices)
    if not problems:
        loaded = {
            papers.service: papers.load(folder / "papers")
            for papers in _papers_of_services()
        }
        general = loaded[PAPERS.service]
        own = PAPERS.load_own(folder / "papers", general)
        problems += mailed_papers_problems(programmes, general, own)
        problems += check_numbering(
            folder / "papers",
            offices or (),
            {service: papers.keys() for service, papers in loaded.items()},
        )
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(1)
    click.echo("无误。")


def _unknown_programmes(codes: Sequence[str]) -> list[Problem]:
    """
    What is wrong with the setting of the programmes that run here.
    """
    codes_to_run = [code for code in settings.get("PROGRAMMES").split(",") if code]
    unknown = (
        []
        if codes_to_run == ["all"]
        else [code for code in codes_to_run if code not in codes]
    )
    return [
        Problem("no_such_programme", f"没有“{code}”这个专项。", location="PROGRAMMES")
        for code in unknown
    ]


def _papers_of_services() -> Iterator[Papers]:
    """
    What each service whose papers have templates declares of them.
    """
    for service in SERVICES:
        module = import_module(f"services.{service}.papers")
        if papers := getattr(module, "PAPERS", None):
            yield papers


@click.group()
def programme() -> None:
    """
    Look at the programmes.
    """


@programme.command("show")
@click.argument("code")
def show_programme(code: str) -> None:
    """
    Print programme CODE in Chinese.
    """
    from services.assignment.domain.facts.vocabulary import VOCABULARY
    from shared.policy.current import every_programme
    from shared.policy.describe.programme import describe

    directory = every_programme().directory
    click.echo(describe(_programme(code), directory, VOCABULARY))


def _programme(code: str) -> Programme:
    """
    The programme of that code, whether it runs or not.
    """
    from shared.policy.current import every_programme
    from shared.policy.programmes import UnknownProgramme

    programmes = every_programme().programmes
    try:
        return programmes.get(code)
    except UnknownProgramme:
        raise click.ClickException(
            f"没有专项“{code}”。可用：{'、'.join(programmes.codes)}。"
        ) from None


@click.group("form")
def form_group() -> None:
    """
    The ledgers of the programmes.
    """


@form_group.command("template")
@click.argument("code")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="default: CODE.xlsx",
)
def form_template(code: str, output: Path | None) -> None:
    """
    Write the empty ledger of programme CODE as a workbook with drop-downs and notes.
    """
    from xlsxwriter.exceptions import FileCreateError

    from services.intake.casework.forms import form_of
    from services.intake.ledger.writing.template import write_template
    from shared.yaml.load import ConfigurationError

    target = output or Path(f"{code}.xlsx")
    try:
        form = form_of(_programme(code).form)
        write_template(target, form)
    except ConfigurationError as faults:
        raise click.ClickException(str(faults)) from None
    except FileCreateError:
        raise click.ClickException(
            f"无法写入 {target}，请核对文件夹和权限，"
            "关闭已打开的同名文件，或用 -o 另写。"
        ) from None
    click.echo(f"{form.title}：{target}")
