"""
A big ledger: pushed as an office pushes it, and the same rows by `COPY`.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import xlsxwriter

from deploy.bench.load import BenchError
from deploy.bench.stage import CITY, DAY, PROGRAMME, Client, Stage
from deploy.local.stack import ROOT
from services.intake.ledger import load_form

_OFFICES = {
    "410902": "濮阳市华龙区人民检察院",
    "410922": "清丰县人民检察院",
    "410923": "南乐县人民检察院",
    "410926": "范县人民检察院",
    "410927": "台前县人民检察院",
    "410928": "濮阳县人民检察院",
}
_COPIES = 3
_WITHIN = 600.0  # seconds


@dataclass(frozen=True)
class Pushed:
    """
    How a ledger of *rows* cases of *size* bytes came in.

    *copied* are seconds of each COPY; *figures* those until the return showed all.
    """

    rows: int
    size: int
    answered: float
    kept: float
    figures: float
    copied: list[float]

    @property
    def rate(self) -> float:
        return self.rows / self.kept

    @property
    def copy_rate(self) -> float:
        return self.rows / median(self.copied)


def row(number: int, series: str) -> dict[str, str | int]:
    """
    A case within the programme's scope, by the ids of the form's columns.
    """
    office = _OFFICES[sorted(_OFFICES)[number % len(_OFFICES)]]
    return {
        "seq": number % 999_999 + 1,
        "reporting_office": office,
        "reported_on": "2020-11-16",
        "case_no": f"测试{series}〔2020〕{number:07d}号",
        "origin": "本院排查",
        "petitioner_name": f"虚构人{number}",
        "id_type": "其他",
        "id_no": f"X{number:09d}",
        "address": "虚构市示例区样板路1号",
        "phone": f"0393-{number % 10_000_000:07d}",
        "persons": 1,
        "relation_to_case": "当事人",
        "original_case": f"虚构人{number}与他人故意伤害一案",
        "original_case_no": f"（2017）豫0922刑初{number}号",
        "case_kind": "不服检察机关处理决定的刑事申诉",
        "scope_class": "第二类",
        "first_petition_on": "2018年5月3日",
        "first_petition_at": office,
        "accepted_on": "2018-07-02",
        "repeats_in_window": number % 7 + 1,
        "last_petition_on": "2020/03/18",
        "last_petition_form": "来信",
        "main_demand": "不服不起诉决定，要求追究对方刑事责任",
        "facts": "信访人因故意伤害一案，不服不起诉决定，要求追究对方责任，多次反映。",
        "prior_opinions": f"{office}，2018-06-12，清检控申〔2018〕117号，不支持申诉",
        "prior_is_final": "是",
        "lawfully_ended": "否",
        "crux": "伤情鉴定意见前后不一，信访人不认可",
        "dispositions": "诉求无理",
        "difficulty": "疑难",
        "leader_post": "副检察长",
        "department": "控告申诉检察部",
        "handler_post": "检察官",
        "plan": "面谈约见、释法说理",
        "resolve_by": "2022-12-31",
    }


def titled(values: Mapping[str, str | int]) -> dict[str, str | int]:
    """
    *values* under the titles that stand on the form.
    """
    form = load_form(ROOT / "deploy" / "forms" / "annex2.yaml")
    titles = {column.id: column.title for column in form.columns}
    return {titles[name]: value for name, value in values.items()}


def workbook(rows: int) -> bytes:
    """
    A ledger of *rows* valid cases in the order of the form's columns.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("排查案件登记表")
        sheet.write_row(0, 0, titled(row(0, "账")))
        for number in range(1, rows + 1):
            sheet.write_row(number, 0, row(number, "账").values())
    return target.getvalue()


def measure(stage: Stage, rows: int, say: Callable[[str], None]) -> Pushed:
    """
    Push a ledger through the public endpoint with the whole system at work.

    Raises `BenchError` if a row is not kept.
    """
    content = workbook(rows)
    say(f"a ledger of {rows:,} rows, {len(content) / 2**20:.1f} MiB")
    intake, reporting = stage.client("intake"), stage.client("reporting")
    began = time.perf_counter()
    job = intake.post("/imports", content, programme=PROGRAMME, filename="ledger.xlsx")
    answered = time.perf_counter() - began
    _wait_until_kept(intake, job["id"], rows)
    kept = time.perf_counter() - began
    say(f"kept: {rows / kept:,.0f} rows/s")
    while _base(reporting) < rows:
        if time.perf_counter() - began > _WITHIN:
            raise BenchError("the figures do not show the whole ledger")
        time.sleep(0.2)
    figures = time.perf_counter() - began
    stage.wait_until_carried(_WITHIN)
    copied = _copy(stage, rows)
    say(f"COPY: {rows / median(copied):,.0f} rows/s")
    return Pushed(rows, len(content), answered, kept, figures, copied)


def _wait_until_kept(intake: Client, job: str, rows: int) -> None:
    deadline = time.monotonic() + _WITHIN
    while True:
        found = intake.get(f"/imports/{job}")
        if found["state"] in {"done", "failed"}:
            break
        if time.monotonic() > deadline:
            raise BenchError("the ledger is still being read")
        time.sleep(0.05)
    if found["rows_kept"] != rows:
        raise BenchError(f"not all rows were kept: {found['faults'][:3]}")


def _base(reporting: Client) -> int:
    found = reporting.get(
        "/figures", programme=PROGRAMME, office=CITY, as_of=DAY.isoformat()
    )
    return int(found["total"]["base"])


def _copy(stage: Stage, rows: int) -> list[float]:
    """
    COPY the very rows that intake kept into a table with its columns and indexes.
    """
    taken = []
    with stage.database() as database:
        database.execute(
            "CREATE TABLE intake.cases_copied (LIKE intake.cases INCLUDING ALL)"
        )
        with database.cursor().copy("COPY intake.cases TO STDOUT") as source:
            content = b"".join(bytes(part) for part in source)
        for _ in range(_COPIES):
            database.execute("TRUNCATE intake.cases_copied")
            began = time.perf_counter()
            cursor = database.cursor()
            with cursor.copy("COPY intake.cases_copied FROM STDIN") as copying:
                copying.write(content)
            taken.append(time.perf_counter() - began)
            if cursor.rowcount != rows:
                raise BenchError(f"COPY wrote {cursor.rowcount} rows instead of {rows}")
        database.execute("DROP TABLE intake.cases_copied")
    return taken


def as_data(pushed: Pushed) -> dict[str, Any]:
    return {
        "rows": pushed.rows,
        "bytes": pushed.size,
        "answered_ms": round(pushed.answered * 1000, 1),
        "rows_per_second": round(pushed.rate, 1),
        "seconds_until_kept": round(pushed.kept, 2),
        "seconds_until_figures": round(pushed.figures, 2),
        "copy_rows_per_second": round(pushed.copy_rate, 1),
        "copy_seconds": [round(each, 3) for each in pushed.copied],
    }
