"""
`jianjian check` on forms: faults of a form, and of a form with its programme.
"""

from __future__ import annotations

import shutil

import pytest

from services.intake.ledger.checks import check_forms
from services.intake.ledger.form import read_form
from shared.policy.current import every_programme
from tests.builders.ledger_files import ROOT

FORMS = ROOT / "deploy" / "forms"
COURTS = "courts.yaml"


@pytest.fixture
def forms(tmp_path):
    return shutil.copytree(FORMS, tmp_path / "forms")


def courts():
    return [every_programme().programmes.get("jiaozuo-2021")]


def spoil(forms, old, new, file=COURTS):
    """
    The line of what is replaced, from 1.
    """
    path = forms / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_every_form_that_we_ship_fits_its_programme():
    assert check_forms(FORMS, every_programme().programmes) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: courts\n", "id: court\n", "other_name"),
        (
            "title: 信访案件台账\n",
            "title: 信访案件台账\nshares: [no]\n",
            "no_such_form",
        ),
        ("enforcement: [", "enforcing: [", "unknown_value"),
        ("enforcement: [涉执, ", "enforcement: [", "other_title"),
        ("difficulty: ordinary ", "difficulty: easy ", "unknown_value"),
        ("difficulty: ordinary ", "dificulty: ordinary ", "unknown_key"),
        ("handed_origins: [", "handed_origins: [own_counter, ", "unknown_value"),
        ("title: 办理状态", "title: 稳控措施", "not_collected"),
        ("title: 交办文号, ", "title: 化解方案, ", "two_columns"),
        (
            "title: 约见信访人日期, ",
            "title: 约见信访人日期, type: day, ",
            "unknown_value",
        ),
        ("title: 化解时限, ", "title: 化解时限, type: text, ", "other_type"),
        (
            "{id: case_no, title: 信访编号",
            "{id: number, title: 信访编号",
            "missing_key",
        ),
        ("id: courts\n", "id: courts\nshared: [a]\n", "unknown_key"),
    ],
)
def test_a_fault_is_named_with_its_line(forms, old, new, code):
    line = spoil(forms, old, new)
    found = [p.location for p in check_forms(forms, courts()) if p.code == code]

    # of a list of codes the line in which it begins
    assert any(abs(place.line - line) <= 2 for place in found), found
    assert {place.file for place in found} == {str(forms / COURTS)}


def test_a_programme_without_its_form_is_a_finding(forms):
    (forms / COURTS).unlink()
    (problem,) = check_forms(forms, courts())

    assert problem.code == "no_such_form"
    assert problem.location.file == str(forms / COURTS)


def test_a_form_without_what_the_scope_tests_is_a_finding(forms):
    xingqing = [every_programme().programmes.get("xq-2020")]
    spoil(forms, "  - {id: accepted_on,", "  - {id: registered_on,", "xingqing.yaml")
    path = forms / "xingqing.yaml"
    text = path.read_text("utf-8").replace(
        "  reported_on: accepted_on", "  # nothing\n"
    )
    text = text.replace(
        "title: 登记受理日期,", "title: 登记受理日期, type: date, required: filing,"
    )
    path.write_text(
        text.replace("needs: [accepted_on]", "needs: [reported_on]"), "utf-8"
    )
    codes = {problem.code for problem in check_forms(forms, xingqing)}

    assert "no_such_fact" in codes


def test_what_must_not_be_collected_holds_for_a_form_that_lists_its_own(forms):
    spoil(forms, "id: courts\n", "id: courts\nnot_collected: [家族史]\n")
    form, decoder = read_form(forms / COURTS)

    assert not decoder.source.problems
    assert {"家族史", "是否扬言"} <= {*form.not_collected}
