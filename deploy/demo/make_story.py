"""
Writes `story.yaml`: what the offices do from 2020-11 to 2022-12, day by day.

`python -m deploy.demo.make_story` rewrites the file, the same every time. The turns
of the story stand here by hand; who closes which case when is drawn from the seed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.invented import (
    BY_CODE,
    CITY,
    HANDED_ON,
    LETTERS,
    OFFICES,
    OWN,
    SEED,
    SUPPLEMENT_ON,
    Case,
    cases,
)
from deploy.demo.make_ledgers import COLUMNS, WRONG, WRONG_LEDGER, WRONG_PLACE

STORY = Path(__file__).parent / "story.yaml"
YEAR_ENDS = (date(2020, 12, 31), date(2021, 12, 31), date(2022, 12, 31))

# How many cases of an office are resolved by each of the first two year ends: 台前 is
# three short of 30 % in 2020, 南乐 three short of 50 % in 2021, the city never.
RESOLVED = {
    "410900": (6, 10),
    "410902": (12, 19),
    "410922": (12, 20),
    "410923": (10, 12),
    "410926": (10, 18),
    "410927": (6, 15),
    "410928": (16, 28),
}
# Days on which closings are submitted; the city reviews them two days later.
CLOSING_DAYS = (
    (date(2020, 12, 16), date(2020, 12, 21), date(2020, 12, 28)),
    (date(2021, 3, 24), date(2021, 6, 16), date(2021, 9, 15), date(2021, 11, 10)),
    (
        date(2022, 4, 13),
        date(2022, 6, 15),
        date(2022, 8, 17),
        date(2022, 10, 19),
        date(2022, 11, 23),
        date(2022, 12, 14),
    ),
)
REVIEW_AFTER = timedelta(days=2)
DISPOSITION = {
    "诉求合理": "reasonable_solve",
    "诉求无理": "unreasonable_explain",
    "生活困难": "hardship_help",
    "行为违法": "unlawful_by_law",
}
NOT_NEEDED = (
    "双方对事实没有争议，面谈后即可化解，不需听证",
    "信访人书面表示不参加听证",
    "涉及未成年人隐私，不宜听证",
)

# ref, office, received, channel, category, case kind, demand, replies
PETITIONS: tuple[tuple[Any, ...], ...] = (
    (
        "p01",
        "410902",
        date(2020, 11, 17),
        "letter",
        "claim",
        "civil_supervision",
        "不服借款合同纠纷判决，申请监督",
        ((date(2020, 11, 20), "procedural"), (date(2021, 1, 15), "result")),
    ),
    (
        "p02",
        "410922",
        date(2020, 11, 30),
        "visit",
        "claim",
        "criminal_appeal_procuratorate",
        "不服不起诉决定",
        ((date(2020, 12, 3), "procedural"), (date(2021, 2, 26), "progress")),
    ),
    (
        "p03",  # the late one
        "410928",
        date(2020, 12, 18),
        "letter",
        "claim",
        "criminal_appeal_court",
        "不服生效刑事判决",
        ((date(2021, 1, 5), "procedural"), (date(2021, 3, 10), "result")),
    ),
    (
        "p04",
        "410900",
        date(2020, 12, 24),
        "online",
        "claim",
        "civil_supervision",
        "不服房屋买卖合同纠纷判决，申请监督",
        ((date(2020, 12, 30), "procedural"), (date(2021, 3, 24), "result")),
    ),
    (
        "p05",  # the seventh day falls into the Spring Festival
        "410926",
        date(2021, 2, 5),
        "phone",
        "accusation",
        "complaint",
        "控告应当立案而不立案",
        ((date(2021, 2, 18), "procedural"), (date(2021, 4, 30), "result")),
    ),
    (
        "p06",
        "410923",
        date(2021, 4, 19),
        "letter",
        "suggestion",
        "suggestion",
        "建议增加来访接待窗口",
        ((date(2021, 4, 23), "result"),),
    ),
    (
        "p07",
        "410902",
        date(2021, 6, 25),
        "visit",
        "claim",
        "administrative_supervision",
        "不服征收补偿行政判决，申请监督",
        ((date(2021, 6, 30), "procedural"), (date(2021, 9, 17), "result")),
    ),
    (
        "p08",  # the one that nobody ever answers
        "410927",
        date(2021, 9, 27),
        "letter",
        "claim",
        "criminal_appeal_court",
        "不服生效刑事判决",
        (),
    ),
    (
        "p09",
        "410900",
        date(2021, 10, 18),
        "visit",
        "accusation",
        "complaint",
        "控告办案人员超期办理",
        ((date(2021, 10, 20), "procedural"), (date(2022, 1, 14), "progress")),
    ),
    (
        "p10",  # the seventh day is New Year's holiday
        "410922",
        date(2021, 12, 27),
        "letter",
        "claim",
        "civil_supervision",
        "不服土地承包合同纠纷判决，申请监督",
        ((date(2022, 1, 4), "procedural"), (date(2022, 3, 25), "result")),
    ),
    (
        "p11",  # he of the case that flows back
        "410902",
        date(2022, 3, 14),
        "letter",
        "claim",
        "civil_supervision",
        "原承诺的事项没有落实，再次反映",
        ((date(2022, 3, 16), "procedural"), (date(2022, 6, 10), "result")),
    ),
    (
        "p12",
        "410928",
        date(2022, 5, 6),
        "online",
        "claim",
        "criminal_appeal_procuratorate",
        "不服不起诉决定",
        ((date(2022, 5, 12), "procedural"), (date(2022, 8, 3), "result")),
    ),
    (
        "p13",
        "410926",
        date(2022, 8, 31),
        "phone",
        "claim",
        "state_compensation",
        "要求返还扣押财物",
        ((date(2022, 9, 6), "procedural"), (date(2022, 11, 29), "progress")),
    ),
    (
        "p14",
        "410923",
        date(2022, 12, 20),
        "letter",
        "claim",
        "civil_supervision",
        "不服劳务合同纠纷判决，申请监督",
        ((date(2022, 12, 26), "procedural"),),
    ),
)
ANSWERS = {
    "procedural": "已收到来信来访，正在审查，由第九检察部门答复程序事项。",
    "progress": "案件正在办理，已调取原案卷宗。",
    "result": "经审查作出处理决定，已说明理由并送达文书。",
}

# Cases with a part of their own, as (office, place among the office's open cases).
HEARINGS = (
    ("h1", "410922", date(2021, 3, 5), date(2021, 3, 8), date(2021, 3, 15), 5),
    ("h2", "410928", date(2021, 10, 8), date(2021, 10, 11), date(2021, 10, 18), 3),
)
TRADES = ("律师", "人大代表", "政协委员", "人民监督员", "社区工作者")
AIDS = (
    # applied, decided, paid: 10 working days are over on 2021-05-24 and 2021-12-24
    ("a1", "410902", date(2021, 5, 10), date(2021, 5, 20), date(2021, 5, 27), 12000),
    ("a2", "410926", date(2021, 12, 10), date(2022, 1, 7), date(2022, 1, 14), 20000),
)
MERGED_ON = date(2020, 12, 8)
CITY_NAMES_ON = (date(2020, 12, 10), date(2021, 1, 6))
REOPENED_ON = date(2022, 3, 16)
RETURNED = "410923"
LAWFULLY_ENDED = ("410926", date(2022, 9, 5))
PROCEDURAL = ("410928", date(2022, 10, 10))


@dataclass
class Story:
    """
    The actions of each day, in steps; those of one step do not depend on another.
    """

    days: dict[date, dict[int, list[dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, on: date, step: int, by: str, do: str, **facts: object) -> None:
        """
        One action of *by* (office and role) on a day.
        """
        action = {"do": do, "by": by, **{k: v for k, v in facts.items() if v != ""}}
        self.days[on][step].append(action)


def clerk(office: str) -> str:
    return f"{office} clerk"


def leader(office: str) -> str:
    return f"{office} leader"


REVIEWER = f"{CITY} reviewer"


def story() -> Story:
    """
    The whole story, from the first ledger to the last return.
    """
    told = Story()
    everything = cases()
    inside = [case for case in everything if case.outside is None]
    twin, kept = _twins(inside)
    _ledgers(told, everything)
    _batches(told, inside)
    told.add(
        MERGED_ON,
        1,
        clerk(twin.office),
        "merge",
        case=twin.number,
        into=kept.number,
        reason="同一信访人、同一原案，已由市院交办，按交办件办理",
    )
    _leaders_and_filings(told, inside)
    _petitions(told, inside)
    _closings(told, [case for case in inside if case is not twin], kept)
    for day in YEAR_ENDS:
        told.add(day, 9, REVIEWER, "return", office=CITY)
        told.add(day, 9, "410000 reviewer", "return", office="410000")
    return told


def _twins(inside: list[Case]) -> tuple[Case, Case]:
    handed = {(c.id_no, c.original_case_no): c for c in inside if c.origin != OWN}
    for case in inside:
        key = (case.id_no, case.original_case_no)
        if case.origin == OWN and key in handed:
            return case, handed[key]
    raise LookupError("no case stands in two ledgers")


def _ledgers(told: Story, everything: list[Case]) -> None:
    for office in OFFICES:
        told.add(
            office.reported_on,
            0,
            clerk(office.code),
            "push",
            file=f"{office.code}.xlsx",
        )
    told.add(HANDED_ON, 0, clerk(CITY), "push", file="410900-handed.xlsx")
    told.add(SUPPLEMENT_ON, 0, clerk("410928"), "push", file="410928-supplement.xlsx")
    wrong = [c for c in everything if c.ledger == WRONG_LEDGER][WRONG_PLACE - 1]
    values = {column.title: column.value(wrong) for column in COLUMNS}
    told.add(
        BY_CODE[WRONG_LEDGER].reported_on + timedelta(days=1),
        0,
        clerk(WRONG_LEDGER),
        "push_corrected",
        file=f"{WRONG_LEDGER}.xlsx",
        case=wrong.number,
        cells={title: values[title] for title in WRONG},
    )


def _batches(told: Story, inside: list[Case]) -> None:
    for place, (origin, letter) in enumerate(LETTERS.items(), start=1):
        numbers = [case.number for case in inside if case.batch == letter]
        told.add(
            HANDED_ON,
            1,
            REVIEWER,
            "batch",
            ref=f"b{place}",
            letter_no=letter,
            source=origin,
            cases=numbers,
        )
        for office in OFFICES:
            if any(c.batch == letter and c.office == office.code for c in inside):
                told.add(
                    HANDED_ON + timedelta(days=1),
                    0,
                    clerk(office.code),
                    "receipt",
                    batch=f"b{place}",
                )


def _leaders_and_filings(told: Story, inside: list[Case]) -> None:
    """
    清丰 is refused on the 11th and files on the 15th; 台前 files in January.
    """
    named_on = {"410922": date(2020, 12, 14), "410927": date(2021, 1, 8)}
    for case in inside:
        department = case.department or BY_CODE[case.office].departments[0]
        own = {"office": case.office, "post": case.leader or "副检察长"}
        if not case.leader:
            on = named_on.get(case.office, SUPPLEMENT_ON + timedelta(days=3))
            told.add(
                on,
                0,
                leader(case.office),
                "name_leaders",
                case=case.number,
                leaders=[own],
                department=department,
            )
        if case.batch and not case.upper_leader:
            late = (
                case.number
                == [c.number for c in inside if c.batch and not c.upper_leader][-1]
            )
            told.add(
                CITY_NAMES_ON[late],
                0,
                leader(CITY),
                "name_leaders",
                case=case.number,
                leaders=[{"office": CITY, "post": "副检察长"}, own],
                department=department,
            )
    refused = (("410922", date(2020, 12, 11)), ("410927", date(2020, 12, 15)))
    for code, on in refused:
        told.add(on, 1, leader(code), "file", office=code, refused=True)
    for office in OFFICES:
        on = {"410922": date(2020, 12, 15), "410927": date(2021, 1, 8)}.get(
            office.code, date(2020, 12, 14)
        )
        told.add(on, 1, leader(office.code), "file", office=office.code)


def _flows_back(inside: list[Case]) -> Case:
    return next(
        c
        for c in inside
        if c.office == "410902"
        and c.case_kind == "民事诉讼监督"
        and c.resolve_by.year == 2021
    )


def _petitions(told: Story, inside: list[Case]) -> None:
    """
    Everyday petitions (PY-47) and their answers.
    """
    back = _flows_back(inside)
    for place, petition in enumerate(PETITIONS):
        ref, office, received, channel, category, kind, demand, replies = petition
        petitioner = {
            "name": "贾甄虚拟样示例范"[place % 8]
            + "日常"
            + "甲乙丙丁戊己庚辛壬癸子丑寅卯"[place],
            "phone": f"0393-0000{place:03d}",
        }
        original = (
            f"（{received.year - 1}）豫{BY_CODE[office].place}民初{9000 + place}号"
        )
        if ref == "p11":
            petitioner = {"name": back.name, "id_no": back.id_no, "phone": back.phone}
            original = back.original_case_no
        told.add(
            received,
            0,
            clerk(office),
            "petition",
            ref=ref,
            channel=channel,
            category=category,
            case_kind=kind,
            petitioner=petitioner,
            demand=demand,
            original_case_no=original,
        )
        for on, answer in replies:
            told.add(
                on,
                0,
                clerk(office),
                "reply",
                petition=ref,
                kind=answer,
                mode="letter" if channel == "letter" else "phone",
                summary=ANSWERS[answer],
            )
    told.add(
        REOPENED_ON,
        1,
        leader(back.office),
        "reopen",
        case=back.number,
        cause="repeat_petition",
        reason="信访人以同一诉求再次来信，化解措施未落实到位",
    )


class Closings:
    """
    Draws which case is closed on which day, and tells how.
    """

    def __init__(self, told: Story) -> None:
        self.told = told
        self.draw = random.Random(SEED + 1)
        self.measures: Mapping[str, str] = {}
        self.decided: set[str] = set()

    def close(self, case: Case, on: date, kind: str = "resolved") -> None:
        """
        Decide on the hearing, submit the closing, have it reviewed two days later.
        """
        self.decide(case, on)
        self.submit(case, on, kind)
        self.told.add(
            on + REVIEW_AFTER,
            2,
            REVIEWER,
            "review",
            case=case.number,
            verdict="confirmed",
        )

    def decide(self, case: Case, on: date) -> None:
        """
        No hearing is needed, unless one was held or this was said before.
        """
        if case.number not in self.decided:
            self.decided.add(case.number)
            self.told.add(
                on,
                0,
                leader(case.office),
                "decide_hearing",
                case=case.number,
                decision="not_needed",
                reason=self.draw.choice(NOT_NEEDED),
            )

    def submit(self, case: Case, on: date, kind: str) -> None:
        measures = ["explanation"]
        if case.number in self.measures:
            measures.append(self.measures[case.number])
        self.told.add(
            on,
            1,
            clerk(case.office),
            "close",
            case=case.number,
            kind=kind,
            dispositions=[DISPOSITION[d] for d in case.dispositions],
            measures=measures,
        )

    def send_back(self, case: Case, on: date) -> None:
        """
        A first submission that the hub returns.
        """
        self.decide(case, on)
        self.submit(case, on, "resolved")
        self.told.add(
            on + REVIEW_AFTER,
            2,
            REVIEWER,
            "review",
            case=case.number,
            verdict="returned",
            reasons="缺少信访人本人意见，释法说理没有记录",
        )


def _closings(told: Story, base: list[Case], kept: Case) -> None:
    """
    Three years of closings, two of them after a hearing, two with aid.
    """
    closings = Closings(told)
    back = _flows_back(base)
    special: dict[str, Case] = {"back": back, "h1": kept}
    for ref, office in (
        ("h2", "410928"),
        ("a1", "410902"),
        ("a2", "410926"),
        ("returned", RETURNED),
        ("ended", LAWFULLY_ENDED[0]),
        ("procedural", PROCEDURAL[0]),
    ):
        wanted = date(2022, 6, 30) if ref == "procedural" else date(2022, 12, 31)
        special[ref] = next(
            c
            for c in base
            if c.office == office
            and c.leader
            and c.resolve_by == wanted
            and c not in special.values()
        )
    closings.measures = {
        special["h1"].number: "hearing",
        special["h2"].number: "hearing",
        special["a1"].number: "judicial_aid",
        special["a2"].number: "judicial_aid",
    }
    closings.decided = {special["h1"].number, special["h2"].number}
    _hearings(told, special)
    _aids(told, special)
    closings.send_back(special["returned"], date(2021, 11, 10))
    fixed = {
        special["h1"].number: date(2021, 3, 24),
        special["h2"].number: date(2021, 11, 10),
        special["a1"].number: date(2021, 6, 16),
        special["a2"].number: date(2022, 4, 13),
        back.number: date(2021, 6, 16),
        special["returned"].number: date(2021, 11, 24),
    }
    apart = {special["ended"].number, special["procedural"].number}
    for one in OFFICES:
        mine = [c for c in base if c.office == one.code and c.number not in apart]
        for case, on in _drawn(closings.draw, mine, fixed):
            closings.close(case, on)
    closings.close(special["ended"], LAWFULLY_ENDED[1], "lawful_ending")
    closings.close(special["procedural"], PROCEDURAL[1], "procedural")


def _drawn(
    draw: random.Random, mine: list[Case], fixed: Mapping[str, date]
) -> list[tuple[Case, date]]:
    """
    One office's cases with the days they are closed: the soon due rather sooner.
    """
    free = [c for c in mine if c.number not in fixed]
    free.sort(key=lambda c: c.resolve_by.toordinal() + draw.randrange(1100))
    known = [c for c in free if c.reported_on != SUPPLEMENT_ON]
    ready = [c for c in known if c.leader and (c.upper_leader or not c.batch)]
    first, second = RESOLVED[mine[0].office]
    in_2021 = sum(fixed[c.number].year == 2021 for c in mine if c.number in fixed)
    early = ready[:first]
    middle = [c for c in known if c not in early][: second - first - in_2021]
    late = [c for c in free if c not in early and c not in middle]
    found = [(c, fixed[c.number]) for c in mine if c.number in fixed]
    for days, group in zip(CLOSING_DAYS, (early, middle, late), strict=True):
        found += [(case, days[n % len(days)]) for n, case in enumerate(group)]
    return found


def _hearings(told: Story, special: Mapping[str, Case]) -> None:
    for ref, office, decided, notified, held, members in HEARINGS:
        case = special[ref].number
        told.add(
            decided,
            0,
            leader(office),
            "decide_hearing",
            case=case,
            decision="hold",
            reason="对事实认定争议较大，需要当面听取意见",
        )
        told.add(
            notified,
            1,
            clerk(office),
            "schedule_hearing",
            ref=ref,
            case=case,
            scheduled_on=held,
            place="检察听证室",
            chair_post="副检察长",
            members=list(TRADES[:members]),
        )
        told.add(held, 1, clerk(office), "sit", hearing=ref, case=case, present=members)
        told.add(
            held + timedelta(days=2),
            1,
            clerk(office),
            "hearing_result",
            hearing=ref,
            case=case,
            settled=True,
            opinion="多数听证员认为原处理意见并无不当，建议给予帮扶",
        )


def _aids(told: Story, special: Mapping[str, Case]) -> None:
    for ref, office, applied, decided, paid, yuan in AIDS:
        case = special[ref]
        told.add(
            applied,
            1,
            clerk(office),
            "apply_for_aid",
            ref=ref,
            case=case.number,
            person={"name": case.name, "id_no": case.id_no},
            hardship="因案致贫，无其他收入来源",
        )
        told.add(
            decided,
            1,
            leader(office),
            "decide_aid",
            aid=ref,
            case=case.number,
            decision="granted",
            amount_yuan=f"{yuan}.00",
            reason="符合国家司法救助条件",
        )
        told.add(
            paid,
            1,
            clerk(office),
            "pay_aid",
            aid=ref,
            case=case.number,
            amount_yuan=f"{yuan}.00",
            voucher_no=f"{paid:%Y}-救助-{ref}",
        )


def as_yaml(told: Story) -> str:
    """
    The story, one action a line.
    """
    lines = [
        "# Written by `python -m deploy.demo.make_story`; see there.",
        "# Steps of a day follow one another, actions within a step are independent.",
        "# An action's facts are of its day. `by`: the office and the role that acts.",
        "programme: puyang-2020",
        "days:",
    ]
    for on in sorted(told.days):
        lines.append(f"  - day: {on}")
        lines.append("    steps:")
        for step in sorted(told.days[on]):
            for place, action in enumerate(told.days[on][step]):
                mark = "-" if place == 0 else " "
                text = yaml.safe_dump(
                    action,
                    allow_unicode=True,
                    default_flow_style=True,
                    sort_keys=False,
                    width=10_000,
                ).strip()
                lines.append(f"      {mark} - {text}")
    return "\n".join(lines) + "\n"


def main() -> None:
    told = story()
    STORY.write_text(as_yaml(told), encoding="utf-8")
    actions = sum(len(s) for day in told.days.values() for s in day.values())
    print(f"{STORY.name}: {len(told.days)} days, {actions} actions")


if __name__ == "__main__":
    main()
