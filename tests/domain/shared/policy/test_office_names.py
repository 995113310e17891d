from dataclasses import dataclass

import pytest

from shared.near_names import near_finder
from shared.policy.office_names import names_in, office_finder, spellings_of


@dataclass
class Office:
    code: str
    name: str
    short_name: str


SPELLINGS = spellings_of(
    [
        Office("410900", "濮阳市人民检察院", "濮阳市院"),
        Office("410902", "濮阳市华龙区人民检察院", "华龙区院"),
        Office("410922", "清丰县人民检察院", "清丰县院"),
        Office("410926", "范县人民检察院", "范县院"),
        Office("410928", "濮阳县人民检察院", "濮阳县院"),
    ]
)
OFFICE_OF = office_finder(SPELLINGS)


NEAR = near_finder(SPELLINGS)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("清丰县检察院、县公安局", ["410922"]),
        ("清丰县 院第一检察部", ["410922"]),
        ("濮阳市院和华龙区院", ["410900", "410902"]),
        ("华龙区法院", []),
        ("范县院控申部门", ["410926"]),
        ("本市院控申部门", []),
    ],
)
def test_names_are_found_among_others_in_a_text(written, codes):
    among = {"410900", "410902", "410922", "410926"}
    assert sorted({*names_in(written, SPELLINGS, among)}) == codes


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("清丰检察院", ["清丰县检察院"]),
        ("华龙院", ["华龙区院"]),
        ("范县法院", ["范县院"]),
        ("信访局", []),
        ("甲" * 500, []),
    ],
)
def test_a_name_that_none_has_is_answered_with_the_nearest(written, offered):
    assert NEAR(written) == offered


def test_of_a_ledger_of_unknown_names_the_first_hundreds_are_looked_for():
    near = near_finder(SPELLINGS)
    found = [near(f"清丰院{place}") for place in range(1_000)]

    assert near("清丰院0") == found[0] != []
    assert found[-1] == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("410922", "410922"),
        ("清丰县人民检察院", "410922"),
        ("清丰县检察院", "410922"),
        ("清丰县院", "410922"),
        ("濮阳市清丰县人民检察院", "410922"),
        ("河南省濮阳市人民检察院", "410900"),
        ("华龙区人民检察院", "410902"),
        ("华龙区院", "410902"),
        ("濮阳 县人民检察院", "410928"),
        ("范县人民检察院", "410926"),
        ("人民检察院", None),
        ("县人民检察院", None),
        ("县院", None),
        ("清丰县人民法院", None),
        ("某县人民检察院", None),
        ("", None),
    ],
)
def test_an_office_is_known_by_its_spellings_and_never_guessed(written, code):
    assert OFFICE_OF(written) == code
