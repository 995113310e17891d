"""
Ledgers as chance makes them: whatever stands in one row, the reader does not break, the
other rows are read, and nothing is passed over without a word.

`FUZZ=20000 pytest tests/domain/intake/ledger/test_fuzz.py` (make fuzz) takes longer.
"""

import csv
import io
import json
import os
import re
import time
from datetime import date

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from services.intake.ledger import is_plain, lines_of
from tests.builders.ledger_files import CONTEXT, FORM, TITLES, a_case, xlsx

EXAMPLES = int(os.environ.get("FUZZ", "12"))
LONGEST = 15_000 if "FUZZ" in os.environ else 500
_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")
FIRST, LAST = a_case(1), a_case(3)
XLSX = xlsx(FIRST, a_case(2), LAST).getvalue()
SECONDS = 20  # a file of three rows on a busy machine

fuzzed = settings(
    max_examples=EXAMPLES,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
texts = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(categories=["Cc", "Cf", "Mn", "Cs", "Zs"]), max_size=20),
    st.text("0123456789年月日.-/ ,元万〇一二三十", max_size=20),
    st.text("=\"'#N/A①（[【、；，\t\r\n☑□一无", max_size=12),
    st.sampled_from(
        ["NULL", "#REF!", "'1", '="x"', "备注：", "合计", "是", "清检〔2020〕1号"]
    ),
    st.builds(
        lambda part, count: part * count,
        st.text(min_size=1, max_size=3),
        st.integers(0, LONGEST),
    ),
)
values = st.recursive(
    st.one_of(texts, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda each: st.one_of(
        st.lists(each, max_size=4), st.dictionaries(texts, each, max_size=3)
    ),
    max_leaves=8,
)
# What a workbook can hold: numbers, days, and texts without control characters.
cells = st.one_of(
    texts.map(lambda text: ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]).filter(
        lambda text: not _SURROGATES.search(text)
    ),
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 3, 1)),
)
columns = st.sampled_from([*TITLES, "不认识的列"])


def read(content, filename):
    """
    The lines of a file, each as it goes through the pipe.
    """
    began = time.process_time()
    is_plain(content)
    lines = lines_of(io.BytesIO(content), filename=filename, form=FORM, context=CONTEXT)
    read = [orjson.loads(orjson.dumps(line)) for line in lines]
    assert time.process_time() - began < SECONDS
    assert ("end" in read[-1]) != ("unreadable" in read[-1])
    return read


def good(lines):
    return [
        line["values"]["case_no"]
        for line in lines
        if "row" in line and not line["problems"] and not line["repeated"]
    ]


def check_good_rows(lines):
    """
    The rows around the odd one are read; it comes back, becomes a case, or is named.
    """
    numbers = [FIRST["case_no"], LAST["case_no"]]
    assert [number for number in good(lines) if number in numbers] == numbers
    assert "end" in lines[-1]


@fuzzed
@given(st.dictionaries(columns, values, max_size=8))
def test_any_object_of_a_json_file_leaves_the_others_as_they_are(changes):
    odd = {**a_case(2), **changes, "case_no": "清检2"}
    content = json.dumps([FIRST, odd, LAST])

    check_good_rows(read(content.encode(), "x.json"))


@fuzzed
@given(st.dictionaries(st.sampled_from([*TITLES]), texts, max_size=8))
def test_any_row_of_a_csv_leaves_the_others_as_they_are(changes):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(TITLES.values())
    for case in (FIRST, {**a_case(2), **changes, "case_no": "清检2"}, LAST):
        writer.writerow([case.get(column, "") for column in TITLES])
    content = out.getvalue().encode("gb18030", errors="ignore")

    lines = read(content, "x.csv")

    if "unreadable" not in lines[-1]:  # too many NULs are no text
        check_good_rows(lines)


@fuzzed
@given(st.dictionaries(st.sampled_from([*TITLES]), cells, max_size=8))
def test_any_row_of_a_workbook_leaves_the_others_as_they_are(changes):
    odd = {**a_case(2), **changes, "case_no": "清检2"}

    check_good_rows(read(xlsx(FIRST, odd, LAST).getvalue(), "x.xlsx"))


@fuzzed
@given(st.binary(max_size=300), st.integers(0, 20_000))
def test_no_bytes_break_the_reader(content, at):
    read(content, "x.csv")
    read(b"[" + content, "x.json")
    read(XLSX[:at] + content + XLSX[at + len(content) :], "x.xlsx")


@fuzzed
@given(st.text(max_size=300), st.sampled_from(["gbk", "utf-16", "utf-8-sig"]))
def test_no_text_breaks_the_reader(text, encoding):
    read(text.encode(encoding, errors="ignore"), "x.csv")
    titles = ",".join(TITLES.values())
    read(f"{titles}\n{text}".encode(encoding, errors="ignore"), "x.csv")
