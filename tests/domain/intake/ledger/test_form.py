import shutil

import pytest

from services.intake.ledger import load_form
from shared import vocabulary
from shared.yaml.load import ConfigurationError
from tests.builders.ledger_files import FORM, ROOT


def test_the_form_has_every_column_of_annex_2():
    ids = [column.id for column in FORM.columns]

    assert len(ids) == 64
    assert ids[:5] == ["seq", "reporting_office", "reported_on", "case_no", "origin"]
    assert ids[-1] == "note"
    assert {c.id for c in FORM.columns if c.personal} == {
        "petitioner_name",
        "id_no",
        "address",
        "phone",
        "original_case",
    }


def test_leader_and_department_are_asked_for_at_the_gate_not_in_the_ledger():
    needs = {column.id: column.required for column in FORM.columns}

    assert needs["leader_post"] == needs["department"] == "gate"
    assert needs["batch_ref"] == "handed"


@pytest.mark.parametrize(
    ("column_id", "terms"),
    [
        ("dispositions", vocabulary.Disposition),
    ],
)
def test_codes_and_first_labels_are_those_of_the_vocabulary(column_id, terms):
    column = next(column for column in FORM.columns if column.id == column_id)

    assert dict(zip(column.codes, column.labels(), strict=True)) == {
        term.value: term.chinese for term in terms
    }


def test_a_form_is_refused_with_all_its_faults_and_their_lines(tmp_path):
    shutil.copytree(ROOT / "deploy" / "forms", tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "annex2.yaml").read_text("utf-8")
    text = text.replace("id: reporting_office", "id: reporting_office, type: bureau")
    text = text.replace("aliases: [症结, 主要症结, 症结所在]", "aliases: [诉求]")
    text = text.replace("hold: [是,", "hold: [否,")
    number = "id: number, title: 编号, type: text, required: filing"
    text = text.replace("id: case_no", number)
    path = tmp_path / "annex2.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigurationError) as refused:
        load_form(path)

    codes = {problem.code for problem in refused.value.problems}

    assert codes >= {"unknown_value", "two_columns", "two_codes", "no_case_number"}
    assert all(problem.location.line > 0 for problem in refused.value.problems)
