"""
The invented cases of the demonstration: 224 in scope and some that are not.

Everything is drawn from one seed. The persons cannot exist: their region code
999999 was never given out and no telephone number begins with a nought.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product

SEED = 20201229  # the day of the plan
CITY = "410900"
OWN = "本院排查"
WINDOW = (date(2015, 6, 30), date(2020, 6, 30))  # PY-06, accepted
REPEATED = (date(2019, 1, 1), date(2020, 6, 30))  # PY-06, repeated


@dataclass(frozen=True)
class Office:
    """An office, the mark on its papers and what its own ledger holds."""

    code: str
    name: str
    mark: str
    place: str
    reported_on: date
    in_scope: int
    out_of_scope: int
    handed: int
    departments: tuple[str, ...]


BASIC_DEPARTMENTS = ("第一检察部", "第二检察部", "第三检察部", "控告申诉检察部")
CITY_DEPARTMENTS = ("第一检察部", "第五检察部", "第六检察部", "第九检察部")

# fmt: off
OFFICES = (
    Office("410902", "濮阳市华龙区人民检察院", "华检", "0902", date(2020, 11, 18),
           30, 4, 4, BASIC_DEPARTMENTS),
    Office("410922", "清丰县人民检察院", "清检", "0922", date(2020, 11, 16),
           32, 4, 6, BASIC_DEPARTMENTS),
    Office("410923", "南乐县人民检察院", "南检", "0923", date(2020, 11, 20),
           26, 3, 4, BASIC_DEPARTMENTS),
    Office("410926", "范县人民检察院", "范检", "0926", date(2020, 11, 23),
           28, 3, 4, BASIC_DEPARTMENTS),
    Office("410927", "台前县人民检察院", "台检", "0927", date(2020, 12, 2),
           22, 3, 5, BASIC_DEPARTMENTS),
    Office("410928", "濮阳县人民检察院", "濮县检", "0928", date(2020, 11, 25),
           38, 4, 7, BASIC_DEPARTMENTS),
    Office(CITY, "濮阳市人民检察院", "濮检", "09", date(2020, 11, 26),
           18, 3, 0, CITY_DEPARTMENTS),
)
# fmt: on
BY_CODE = {office.code: office for office in OFFICES}

HANDED_ON = date(2020, 11, 30)
LETTERS = {
    "高检院交办": "高检控申交〔2020〕36号",
    "省院交办": "豫检控申交〔2020〕52号",
    "联席办交办": "濮联席办交〔2020〕9号",
    "省院排查赴省": "豫检控申排〔2020〕17号",
}
SUPPLEMENT_ON = date(2021, 4, 12)  # 濮阳县 finds four more


@dataclass(frozen=True)
class Opinion:
    """An earlier handling opinion: column 23, with its part of column 24."""

    organ: str
    given_on: date
    number: str
    conclusion: str
    final: bool


@dataclass(frozen=True)
class Case:
    """
    One row of a ledger, before an office's hand has written it down.

    *outside* says why a row is out of scope, None when it is in.
    """

    ledger: str
    office: str
    number: str
    reported_on: date
    origin: str
    batch: str
    name: str
    id_no: str
    phone: str
    case_kind: str
    scope_class: int
    original_case: str
    original_case_no: str
    relation: str
    first_on: date
    accepted_on: date
    last_on: date
    last_form: str
    repeats: int
    demand: str
    facts: str
    crux: str
    opinions: tuple[Opinion, ...]
    dispositions: tuple[str, ...]
    difficulty: str
    upper_leader: str
    leader: str
    department: str
    handler: str
    plan: str
    resolve_by: date
    note: str = ""
    outside: str | None = field(default=None)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    id_no: str
    phone: str


def id_number(born: date, serial: int) -> str:
    """
    A resident identity number of no region, with its check character (GB 11643).
    """
    body = f"999999{born:%Y%m%d}{serial:03d}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(
        int(digit) * weight for digit, weight in zip(body, weights, strict=True)
    )
    return body + "10X98765432"[total % 11]


def persons(draw: random.Random) -> Iterator[Person]:
    """
    Endless only on paper: 512 names that nobody bears.
    """
    names = ["".join(parts) for parts in product("贾甄虚拟样示例范", repeat=3)]
    draw.shuffle(names)
    for serial, name in enumerate(names, start=1):
        born = date(1945, 1, 1) + timedelta(days=draw.randrange(14_000))
        phone = f"0393-00{draw.randrange(10_000, 100_000)}"
        yield Person(name, id_number(born, serial % 1000), phone)


# Kind, scope class, what it was about, the demand, the crux: PY-08, PY-09, PY-10.
KINDS = (
    (
        "不服检察机关处理决定的刑事申诉",
        2,
        "故意伤害",
        "不服不起诉决定，要求追究对方刑事责任",
        "伤情鉴定意见前后不一，信访人不认可",
    ),
    (
        "不服法院生效刑事裁判的刑事申诉",
        2,
        "合同诈骗",
        "不服生效刑事判决，要求提出抗诉",
        "赃款退赔不到位",
    ),
    (
        "民事诉讼监督",
        3,
        "土地承包合同纠纷",
        "不服终审判决，要求监督再审",
        "承包地四至不清，村组档案缺失",
    ),
    (
        "行政诉讼监督",
        3,
        "房屋征收补偿",
        "不服行政判决，要求监督并重新核定补偿",
        "补偿标准公布时间晚于协议签订时间",
    ),
    (
        "国家赔偿监督",
        3,
        "错误扣押财物",
        "要求返还扣押财物并赔偿损失",
        "扣押清单与返还清单数量不符",
    ),
    (
        "控告",
        4,
        "立案监督",
        "控告公安机关应当立案而不立案",
        "线索年代久远，证人难以查找",
    ),
)
FORMS = ("来信", "来访", "来电", "网上信访")
DIFFICULTIES = ("一般", "一般", "一般", "疑难", "疑难", "骨头案", "钉子案")
RELATIONS = ("当事人", "当事人", "当事人", "近亲属", "法定代理人", "代理律师")
DISPOSITIONS = (
    ("诉求合理",),
    ("诉求无理",),
    ("诉求合理", "生活困难"),
    ("诉求无理", "生活困难"),
    ("诉求无理", "行为违法"),
)
OUTSIDE = ("受理早于窗口", "窗口内无重复", "无终结性意见", "日常交办")
LEADERS = ("检察长", "副检察长", "副检察长", "政治部主任")


class Inventor:
    """
    Draws cases; the same seed draws the same ones.
    """

    def __init__(self, seed: int = SEED) -> None:
        self.draw = random.Random(seed)
        self.persons = persons(self.draw)
        self.counters: dict[str, int] = {}

    def number(self, office: Office, word: str, year: int) -> str:
        """
        The next case number on an office's paper, for example 清检信〔2020〕0012号.
        """
        key = f"{office.mark}{word}〔{year}〕"
        self.counters[key] = self.counters.get(key, 0) + 1
        return f"{key}{self.counters[key]:04d}号"

    def between(self, start: date, end: date) -> date:
        return start + timedelta(days=self.draw.randrange((end - start).days + 1))

    def opinions(
        self, office: Office, kind: str, scope_class: int, before: date
    ) -> tuple[Opinion, ...]:
        """
        What had been decided before the repeats, as the class asks for it.
        """
        year = before.year
        serial = self.draw.randrange(10, 400)
        earlier = before - timedelta(days=self.draw.randrange(120, 300))
        later = before - timedelta(days=self.draw.randrange(20, 100))
        own = Opinion(
            office.name,
            later,
            f"{office.mark}控申〔{later.year}〕{serial}号",
            "不支持申诉请求" if scope_class == 2 else "不支持监督申请",
            scope_class != 2 or self.draw.random() < 0.5,
        )
        if scope_class != 3:
            return (own,)
        mark = {"民事诉讼监督": "民终", "行政诉讼监督": "行终", "国家赔偿监督": "委赔"}[
            kind
        ]
        court = Opinion(
            "濮阳市中级人民法院",
            earlier,
            f"（{year}）豫09{mark}{serial}号",
            "驳回上诉，维持原判" if mark != "委赔" else "驳回赔偿申请",
            final=True,
        )
        return (court, own)

    def case(self, ledger: str, office: Office, origin: str = OWN) -> Case:
        """
        A case in scope: accepted and repeated within PY-06's windows.
        """
        draw = self.draw
        person = next(self.persons)
        kind, scope_class, about, demand, crux = draw.choice(KINDS)
        accepted = self.between(WINDOW[0] + timedelta(days=400), date(2019, 12, 31))
        first = accepted - timedelta(days=draw.randrange(0, 300))
        last = self.between(
            max(REPEATED[0], accepted + timedelta(days=30)), REPEATED[1]
        )
        handed = origin != OWN
        reported = HANDED_ON if handed else office.reported_on
        mark = "刑初" if scope_class == 2 else "民初"
        year = first.year - 1
        original = f"（{year}）豫{office.place}{mark}{draw.randrange(1, 900)}号"
        leader = draw.choice(LEADERS)
        return Case(
            ledger=ledger,
            office=office.code,
            number=self.number(
                BY_CODE[CITY] if handed else office, "交" if handed else "信", 2020
            ),
            reported_on=reported - timedelta(days=0 if handed else draw.randrange(4)),
            origin=origin,
            batch=LETTERS[origin] if handed else "",
            name=person.name,
            id_no=person.id_no,
            phone=person.phone,
            case_kind=kind,
            scope_class=1 if origin == "联席办交办" else scope_class,
            original_case=f"{person.name}与他人{about}一案",
            original_case_no=original,
            relation=draw.choice(RELATIONS),
            first_on=first,
            accepted_on=accepted,
            last_on=last,
            last_form=draw.choice(FORMS),
            repeats=draw.choice((1, 1, 1, 2, 2, 3, 4, 6)),
            demand=demand,
            facts=f"信访人因{about}一案，{demand}，多次反映。",
            crux=crux,
            opinions=self.opinions(office, kind, scope_class, accepted),
            dispositions=draw.choice(DISPOSITIONS),
            difficulty="骨头案" if leader == "检察长" else draw.choice(DIFFICULTIES),
            upper_leader=draw.choice(LEADERS) if handed else "",
            leader=leader,
            department=draw.choice(office.departments),
            handler="检察官" if draw.random() < 0.7 else "检察官助理",
            plan="公开听证、释法说理" if draw.random() < 0.5 else "面谈约见、释法说理",
            resolve_by=draw.choice(
                (date(2021, 6, 30), date(2021, 12, 31), date(2022, 6, 30))
                + (date(2022, 12, 31),) * 5
            ),
        )

    def outside(self, office: Office, place: int) -> Case:
        """
        A case that PY-06 .. PY-10 leave out, each of an office for another reason.
        """
        case = self.case(office.code, office)
        reason = OUTSIDE[(place + OFFICES.index(office)) % len(OUTSIDE)]
        if reason == "受理早于窗口":
            accepted = WINDOW[0] - timedelta(days=1 + 40 * place)
            first = accepted - timedelta(days=90)
            case = replace(case, first_on=first, accepted_on=accepted)
        elif reason == "窗口内无重复":
            case = replace(
                case,
                first_on=date(2016, 3, 1),
                accepted_on=date(2016, 5, 9),
                last_on=REPEATED[0] - timedelta(days=1 + 30 * place),
                repeats=0,
            )
        elif reason == "无终结性意见":
            case = self._not_final(case, office)
        else:
            accepted = WINDOW[1] + timedelta(days=1 + 17 * place)
            case = replace(
                case,
                first_on=accepted,
                accepted_on=accepted,
                last_on=accepted + timedelta(days=40),
                repeats=0,
            )
        return replace(case, outside=reason)

    def _not_final(self, case: Case, office: Office) -> Case:
        opinions = self.opinions(office, "民事诉讼监督", 3, case.accepted_on)
        if office.code in {"410902", "410926"}:  # class 4 without any final opinion
            return replace(
                case,
                case_kind="控告",
                scope_class=4,
                opinions=(replace(opinions[1], final=False),),
            )
        return replace(
            case,
            case_kind="民事诉讼监督",
            scope_class=3,
            opinions=(opinions[0], replace(opinions[1], final=False)),
        )


def cases() -> list[Case]:
    """
    All rows of all ledgers, ledger by ledger, in the order they are written.
    """
    inventor = Inventor()
    found = []
    for office in OFFICES:
        rows = [inventor.case(office.code, office) for _ in range(office.in_scope)]
        rows += [inventor.outside(office, n) for n in range(office.out_of_scope)]
        inventor.draw.shuffle(rows)
        found += rows
    handed = _handed(inventor, found)
    supplement = [
        replace(
            inventor.case("410928-supplement", BY_CODE["410928"]),
            number=inventor.number(BY_CODE["410928"], "信", 2021),
            reported_on=SUPPLEMENT_ON,
        )
        for _ in range(4)
    ]
    return _with_edges([*found, *handed, *supplement])


def _handed(inventor: Inventor, own: list[Case]) -> list[Case]:
    """
    The city's batch; its first row for 清丰 also stands in 清丰's own ledger.
    """
    origins = list(LETTERS)
    rows: list[Case] = []
    for office in OFFICES:
        for _ in range(office.handed):
            origin = origins[len(rows) % len(origins)]
            rows.append(inventor.case("410900-handed", office, origin))
    twin = next(c for c in own if c.office == "410922" and c.outside is None)
    place = next(n for n, c in enumerate(rows) if c.office == "410922")
    rows[place] = replace(
        twin,
        ledger="410900-handed",
        number=rows[place].number,
        reported_on=rows[place].reported_on,
        origin=rows[place].origin,
        batch=rows[place].batch,
        upper_leader="检察长",
        scope_class=1 if rows[place].origin == "联席办交办" else twin.scope_class,
        note="",
    )
    return rows


def _with_edges(found: list[Case]) -> list[Case]:
    """
    Put cases on the very first and last days of both windows, and gaps in leaders.
    """
    inside = [n for n, c in enumerate(found) if c.outside is None and c.origin == OWN]
    first, last, repeat = inside[5], inside[40], inside[70]
    found[first] = replace(found[first], first_on=WINDOW[0], accepted_on=WINDOW[0])
    found[last] = replace(
        found[last], accepted_on=WINDOW[1], last_on=WINDOW[1], repeats=1
    )
    found[repeat] = replace(
        found[repeat],
        first_on=date(2017, 2, 6),
        accepted_on=date(2017, 2, 6),
        last_on=REPEATED[0],
        repeats=1,
    )
    for ledger, gaps in LEADERLESS.items():
        places = [n for n, c in enumerate(found) if c.ledger == ledger]
        for gap in gaps:
            n = [n for n in places if found[n].outside is None][gap]
            found[n] = replace(found[n], leader="", department="")
    handed = [n for n, c in enumerate(found) if c.ledger == "410900-handed"]
    for gap in UPPER_LEADERLESS:
        n = handed[gap]
        found[n] = replace(found[n], upper_leader="")
    return found


# Which of a ledger's rows in scope name no leader: 清丰's filing is refused once,
# 台前's until January, 濮阳县's supplement misses one.
LEADERLESS = {"410922": (7, 19, 28), "410927": (3, 11, 17), "410928-supplement": (2,)}
# Rows of the city's batch whose city leader is named later (PY-24).
UPPER_LEADERLESS = (6, 12, 19, 20)
