"""
A return as workbook, page and text: what it says, and that it says it again.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from services.reporting.domain.figures import (
    FiguresRequest,
    Goal,
    Line,
    checksum,
    compute,
)
from services.reporting.domain.measures import registry
from services.reporting.papers import render
from services.reporting.papers.render import Document

FORMULA = '=cmd|"/c calc"!A0'


def document(
    *,
    name="清丰县院",
    reason=None,
    ended_counts=False,
    percent=30,
    baselines=(),
    everyday=False,
):
    request = FiguresRequest(
        "puyang-2020", "410900", date(2020, 12, 31), datetime(2021, 1, 5, 1, tzinfo=UTC)
    )
    found = compute(
        request,
        (
            Line("410900", "濮阳市院本级", ("410900",)),
            Line("410922", name, ("410922",)),
        ),
        sums={
            ("410922", "base"): 31,
            ("410922", "resolved"): 9,
            ("410922", "aid_yuan"): 1_200_050,
            ("410922", "everyday"): 3,
            ("410922", "everyday_resolved"): 1,
            ("410922", "everyday_closed"): 2,
        },
        persons={("410922", "aid_persons"): 1, (None, "aid_persons"): 1},
        goal=Goal(date(2020, 12, 31), percent, ended_counts),
        registry=registry(),
        baselines=baselines,
        everyday=everyday,
    )
    return Document(
        number="puyang-2020-410900-2020-12-31-1",
        revision=1,
        title="濮阳市检察机关集中治理重复信访专项工作",
        office_name="濮阳市人民检察院",
        as_of=request.as_of,
        known_at=request.known_at,
        signed_by="濮阳市院第九检察部 审核人",
        reason=reason,
        ended_counts=ended_counts,
        figures=found,
        figures_checksum=checksum(found),
    )


def test_where_no_rate_is_set_a_dash_stands_and_the_note_says_so():
    without = document(percent=None)
    rows = [[cell.value for cell in row] for row in sheet(without).iter_rows()]
    headings, county = rows[3], rows[5]

    assert county[headings.index("目标（%）")] == "—"
    assert county[headings.index("距目标差（件）")] == "—"
    assert county[headings.index("化解率（%）")] == 0.29
    for said in (render.text(without), render.page(without)):
        assert "本专项没有统一的化解率目标。" in said
        assert "None" not in said
    assert "距目标差—，" in render.text(without)


def sheet(of):
    return load_workbook(io.BytesIO(render.workbook(of))).active


def words(of):
    return "\n".join(
        str(cell.value) for row in sheet(of).iter_rows() for cell in row if cell.value
    )


def test_the_workbook_names_the_office_the_day_and_the_columns_in_chinese():
    found = sheet(document())

    assert found["A1"].value == "濮阳市检察机关集中治理重复信访专项工作统计表"
    assert found["A2"].value == "填报单位：濮阳市人民检察院"
    assert found["A3"].value == "统计截至：2020年12月31日"
    assert [cell.value for cell in found[4]][:7] == [
        "单位",
        "治理基数（件）",
        "冻结基数（件）",
        "已化解（件）",
        "清单内已化解（件）",
        "化解率（%）",
        "实时化解率（%）",
    ]


def test_the_workbook_holds_the_rows_and_the_total_as_numbers():
    found = sheet(document())
    own, county, total = ([cell.value for cell in found[at]] for at in (5, 6, 7))

    rates = [0.29, 0.29]
    assert found["F6"].number_format == "0.0%"
    assert found["A8"].value.startswith("填表人：")
    assert own[:7] == ["濮阳市院本级", 0, "—", 0, "—", "—", "—"]
    assert county[:7] == ["清丰县院", 31, "—", 9, "—", *rates]
    assert county[7:] == [30, 1, 0, 0, 0, 0, 1, 12000.5, 0, 0]
    assert total == ["合计", *county[1:]]


def test_the_workbook_says_what_counts_how_far_and_how_to_check_it():
    of = document(reason="补录两件")
    said = words(of)

    assert "化解率只计已化解" in said
    assert "2021年1月5日09:00:00" in said
    assert of.number in said
    assert of.figures_checksum in said
    assert "本版说明：补录两件" in said
    assert "依法终结计入化解率" in words(document(ended_counts=True))


def test_the_same_return_gives_the_same_bytes():
    assert render.workbook(document()) == render.workbook(document())
    assert render.page(document()) == render.page(document())


def test_a_name_that_looks_like_a_formula_stays_a_name():
    found = sheet(document(name=FORMULA))

    assert found["A6"].value == FORMULA
    assert found["A6"].data_type == "s"


def test_a_name_that_looks_like_markup_stays_a_name():
    said = render.page(document(name="<script>x</script>"))

    assert "<script>" not in said
    assert "&lt;script&gt;x" in said


@pytest.mark.parametrize("of", [document(), document(reason="补录")])
def test_the_page_shows_every_figure_and_fits_a_phone(of):
    said = render.page(of)

    assert 'name="viewport"' in said
    assert "overflow-x:auto" in said
    for measure in registry().columns:
        assert measure.heading in said
    for value in ("31", "29.0%", "12000.50", "—", "合计"):
        assert f">{value}<" in said
    assert ">填表人：" in said


def test_the_text_says_the_same_in_sentences():
    said = render.text(document())

    assert "清丰县院：治理基数31件，冻结基数—，已化解9件，" in said
    assert "化解率29.0%，实时化解率29.0%，目标30%" in said
    assert "濮阳市院本级：治理基数0件，冻结基数—，已化解0件，" in said
    assert "合计：" in said


def test_the_workbook_holds_no_links_out_of_itself():
    with zipfile.ZipFile(io.BytesIO(render.workbook(document()))) as parts:
        assert not [name for name in parts.namelist() if "external" in name]


@pytest.mark.requirement("PY-47")
def test_the_everyday_track_is_a_line_of_its_own_where_there_is_one():
    shown = render.text(document(everyday=True))

    assert "治理基数31件" in shown
    assert (
        "日常交办（不计入治理基数）：3件，已化解1件，化解率33.3%，已办结2件。"
    ) in shown
    assert "日常交办" not in render.text(document())


@pytest.mark.requirement("DY-16", "XQ-07")
def test_the_rate_on_each_list_stands_in_the_notes_frozen_and_live():
    # XQ-07, DY-16, A-06: the frozen list, and the live one beside it.
    live = {"resolved": 2, "base": 3, "rate": "66.7%", "short_by": 1}
    frozen = {"resolved": 2, "base": 2, "rate": "100.0%", "short_by": 0}
    others = {"target_on": "2022-12-31", "target_percent": 100, "live": live}
    lists = [
        {"title": "各级另行交办及自办", **others, "frozen": frozen},
        {"title": "尚无清单的", **others, "frozen": None},
    ]

    for shown in (
        render.text(document(baselines=lists)),
        words(document(baselines=lists)),
    ):
        assert (
            "各级另行交办及自办：冻结清单2件，已化解2件，化解率100.0%，距目标差0件；"
            "实时3件，已化解2件，化解率66.7%，距目标差1件；目标：至2022年12月31日100%。"
        ) in shown
        assert "尚无清单的：尚未冻结；实时3件" in shown
