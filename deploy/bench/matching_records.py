"""
Records whose truth is known: which are of one matter, with the slips of real registers.

Everything follows from a seed. There are namesakes in one village, persons with two
matters, couples and neighbours with one grievance, families with one telephone; numbers
are missing or mistyped, names are taken down by ear or by a scanner, the demand is
written anew each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opencc import OpenCC

from services.intake.domain.matching import Item, Person

_TRADITIONAL = OpenCC("s2t")
_VILLAGE = 40  # households


def _words(text: str) -> list[str]:
    return text.split()


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
)
_GIVEN = _words(
    "伟 芳 娜 秀英 敏 静 丽 强 磊 军 洋 勇 艳 杰 涛 明 超 秀兰 霞 平 "
    "刚 桂英 建国 建军 国强 志强 红梅 春梅 小红 海燕 玉兰 玉梅 文静 立新 永红 "
    "保国 卫东 爱国 金凤 喜凤 "
    "大伟 晓东 学文 春生 长江 顺利 素珍 淑华 凤英 桂兰 志明 德胜 天佑 新民 铁柱 来福"
)
_SOUNDS_LIKE = {
    "小": "晓",
    "红": "宏",
    "志": "智",
    "伟": "维",
    "军": "君",
    "静": "敬",
    "芳": "方",
    "英": "瑛",
    "国": "帼",
    "新": "欣",
    "明": "铭",
    "春": "椿",
    "文": "闻",
    "永": "勇",
    "平": "萍",
    "玉": "育",
    "建": "健",
    "华": "骅",
}
_LOOKS_LIKE = {
    "王": "玉",
    "未": "末",
    "日": "曰",
    "明": "朋",
    "林": "材",
    "杨": "扬",
    "军": "车",
    "志": "忘",
    "红": "江",
    "平": "乎",
    "凤": "风",
    "梅": "海",
    "国": "图",
    "民": "氏",
    "静": "净",
    "秀": "季",
    "永": "水",
    "文": "丈",
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_BRACKETS = ("（{}）", "({})", "〔{}〕", "[{}]", "【{}】", "{}")
_COURTS = ("豫{}刑初", "豫{}民初", "豫{}行初", "豫{}民终", "豫{}刑终", "豫{}执")

# Kinds of grievance: clauses whose order and wording change, with what is particular.
_GRIEVANCES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        (
            "{village}村委会未经同意征收我家{n}亩{land}",
            "{village}村征收我户{land}{n}亩没有征得同意",
        ),
        ("补偿款{money}元至今没有支付", "应得补偿{money}元一直未付"),
        ("多次找{town}镇政府没有结果", "向{town}镇反映过没有答复"),
        ("请求监督依法补偿", "要求检察院监督"),
    ),
    (
        (
            "{year}年{month}月{other}用{tool}将我{kin}打成{hurt}",
            "我{kin}于{year}年{month}月被{other}持{tool}打伤致{hurt}",
        ),
        ("公安机关不予立案", "派出所至今没有立案"),
        ("医疗费{money}元无人承担", "花去医药费{money}元"),
        ("请求立案监督", "要求追究{other}的刑事责任"),
    ),
    (
        (
            "不服{court}对{other}诉我{debt}纠纷一案的判决",
            "{court}判决我与{other}{debt}纠纷一案认定事实错误",
        ),
        ("借条{money}元系伪造", "{money}元的借据不是我签的"),
        ("一审二审都没有鉴定笔迹", "法院拒绝笔迹鉴定"),
        ("请求抗诉", "申请民事监督提出抗诉"),
    ),
    (
        (
            "我{kin}{year}年因{crime}被{court}判刑",
            "{court}以{crime}判处我{kin}有期徒刑",
        ),
        ("没有作案时间，证人{other}可以证明", "{other}能证明他当时不在场"),
        ("口供是刑讯逼供得来的", "笔录不是真实意思"),
        ("请求再审改判无罪", "申诉要求宣告无罪"),
    ),
    (
        (
            "{court}判决{other}赔偿{money}元，{year}年起申请执行",
            "{year}年判决{other}应付我{money}元",
        ),
        ("执行法官至今没有执行到位", "法院一直不执行"),
        ("{other}名下有{asset}", "对方有{asset}可供执行"),
        ("请求监督执行活动", "要求检察机关执行监督"),
    ),
    (
        (
            "{town}镇政府{year}年{month}月强拆我家{asset}",
            "我家{asset}在{year}年{month}月被{town}镇强制拆除",
        ),
        ("没有任何手续和公告", "未出示文书"),
        ("损失{money}元未予赔偿", "要求赔偿{money}元"),
        ("法院裁定不予受理", "行政诉讼被驳回"),
    ),
    (
        (
            "{factory}拖欠我{n}个月工资{money}元",
            "在{factory}打工，{n}个月工资共{money}元没有发",
        ),
        ("劳动仲裁裁决后{other}转移财产", "老板{other}躲避执行"),
        ("劳动监察大队推诿", "向人社局投诉没有处理"),
        ("请求支持起诉", "希望检察院帮助讨薪"),
    ),
    (
        (
            "{year}年{month}月{other}驾车撞死我{kin}",
            "我{kin}{year}年{month}月遭{other}车祸身亡",
        ),
        ("交警认定同等责任不公", "责任认定书有误"),
        ("只赔了{money}元", "赔偿{money}元不足"),
        ("{other}判缓刑太轻，请求抗诉", "要求对{other}从重处罚"),
    ),
)
_WORDS = {
    "land": ("承包地", "耕地", "宅基地", "林地", "果园", "菜地"),
    "tool": ("铁棍", "菜刀", "砖头", "木棒", "酒瓶", "铁锹"),
    "hurt": ("轻伤二级", "轻伤一级", "重伤", "左腿骨折", "肋骨骨折", "颅脑损伤"),
    "kin": ("儿子", "丈夫", "父亲", "弟弟", "女儿", "母亲", "哥哥", "侄子"),
    "debt": ("民间借贷", "买卖合同", "房屋租赁", "建设工程", "合伙协议", "离婚财产"),
    "crime": ("故意伤害", "诈骗", "盗窃", "非法经营", "寻衅滋事", "职务侵占"),
    "asset": ("三间平房", "两层楼房", "一辆货车", "养猪场", "门面房", "大棚"),
}
_TOWNS = _words("城关 柳屯 王助 岳村 户部寨 文留 胡状 五星 梨园 白道口")
_OPENINGS = ("", "", "尊敬的领导：", "信访人反映：", "我叫{name}，", "申诉人{name}称，")
_ENDINGS = ("。", "，望依法处理。", "。恳请贵院审查。", "，请尽快答复。", "")


@dataclass(frozen=True)
class Known:
    """
    A record with the *matter* to which it truly belongs, and the office that registered
    it.
    """

    matter: int
    office: str
    item: Item


@dataclass(frozen=True)
class _Grievance:
    """
    What a matter is about: the kind, and what is particular to it.
    """

    kind: int
    words: dict[str, str]
    case_no: tuple[str, str, str]


def generate(count: int, seed: int) -> Iterator[Known]:
    """
    So many records, village by village.
    """
    rng, matter, made = random.Random(seed), 0, 0
    while made < count:
        for person, grievances, office in _village(rng):
            for grievance in grievances:
                matter += 1
                for record in _records(rng, matter, person, grievance, office):
                    yield record
                    made += 1
                    if made == count:
                        return


def _village(rng: random.Random) -> Iterator[tuple[Person, list[_Grievance], str]]:
    """
    The petitioners of one village with their grievances. Few surnames are common there,
    so some have one name; a household has one telephone.
    """
    office = f"41{rng.randrange(1, 18):02}{rng.randrange(21, 29)}"
    place = {
        "village": rng.choice(_TOWNS)[:1] + rng.choice("庄楼寨集店营屯堡"),
        "town": rng.choice(_TOWNS),
    }
    surnames = rng.sample(_SURNAMES, 4)
    common = _grievance(rng, place, office)
    for _ in range(_VILLAGE):
        phone = _phone(rng)
        head = _person(rng, rng.choice(surnames), phone, office)
        own = [common if rng.random() < 0.08 else _grievance(rng, place, office)]
        if rng.random() < 0.12:  # one person with two matters
            own.append(_grievance(rng, place, office))
        yield head, own, office
        if rng.random() < 0.15:  # the couple petitions about the same case
            yield _person(rng, rng.choice(_SURNAMES), phone, office), own[:1], office
        if rng.random() < 0.10:  # another of the family, about something else
            relative = _person(rng, head.name[0], phone, office)
            yield relative, [_grievance(rng, place, office)], office


def _person(rng: random.Random, surname: str, phone: str, office: str) -> Person:
    born = (
        f"{rng.randrange(1940, 2000)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    )
    digits = f"{office}{born}{rng.randrange(1000):03}"
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    own = phone if rng.random() < 0.6 else _phone(rng)
    return Person(surname + rng.choice(_GIVEN), (), digits + _CHECKS[total % 11], own)


def _phone(rng: random.Random) -> str:
    return f"1{rng.choice('3578')}{rng.randrange(10**9):09}"


def _grievance(rng: random.Random, place: dict[str, str], office: str) -> _Grievance:
    words = {word: rng.choice(choices) for word, choices in _WORDS.items()}
    words |= place | {
        "n": str(rng.randrange(2, 12)),
        "money": str(rng.randrange(8, 900) * 500),
        "year": str(rng.randrange(2008, 2020)),
        "month": str(rng.randrange(1, 13)),
        "other": rng.choice(_SURNAMES) + rng.choice(_GIVEN),
        "court": rng.choice(_TOWNS) + "法院",
        "factory": rng.choice(_TOWNS)
        + rng.choice(("砖厂", "纺织厂", "建筑公司", "饲料厂")),
    }
    court = rng.choice(_COURTS).format(office[2:])
    number = (words["year"], court, str(rng.randrange(1, 2500)))
    return _Grievance(rng.randrange(len(_GRIEVANCES)), words, number)


def _records(
    rng: random.Random, matter: int, person: Person, grievance: _Grievance, office: str
) -> Iterator[Known]:
    """
    The petitions of one matter, each with slips of its own.
    """
    times = rng.choices((1, 2, 3, 4, 6), (50, 25, 12, 8, 5))[0]
    renamed = rng.random() < 0.03
    for turn in range(times):
        who = _written(rng, person)
        if renamed and turn:
            new = who.name[0] + rng.choice(_GIVEN)
            who = replace(who, name=new, former_names=(person.name,))
        where = office if rng.random() < 0.85 else office[:4] + "00"
        number = _case_number(rng, grievance, turn)
        demand = _demand(rng, grievance, person.name)
        yield Known(matter, where, Item((who,), number, demand))


def _written(rng: random.Random, person: Person) -> Person:
    """
    Return a person as one clerk wrote the name and numbers down.
    """
    name, id_no, phone = person.name, person.id_no, person.phone
    chance = rng.random()
    if chance < 0.04:
        name = _swapped(rng, name, _SOUNDS_LIKE)
    elif chance < 0.06:
        name = _swapped(rng, name, _LOOKS_LIKE)
    elif chance < 0.09:
        name = str(_TRADITIONAL.convert(name))
    chance = rng.random()
    if chance < 0.30:
        id_no = ""
    elif chance < 0.35:
        id_no = _mistyped(rng, id_no)
    chance = rng.random()
    if chance < 0.22:
        phone = ""
    elif chance < 0.26:
        phone = _mistyped(rng, phone)
    elif chance < 0.32:
        phone = _phone(rng)
    elif chance < 0.40:
        phone = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    return Person(name, (), id_no, phone)


def _swapped(rng: random.Random, name: str, others: dict[str, str]) -> str:
    places = [place for place, sign in enumerate(name) if sign in others]
    if not places:
        return name
    place = rng.choice(places)
    return name[:place] + others[name[place]] + name[place + 1 :]


def _mistyped(rng: random.Random, number: str) -> str:
    place = rng.randrange(len(number) - 1)
    one, other = number[place], number[place + 1]
    kinds = (
        number[:place] + str(rng.randrange(10)) + number[place + 1 :],
        number[:place] + other + one + number[place + 2 :],
        number[:place] + number[place + 1 :],
    )
    return rng.choice(kinds)


def _case_number(rng: random.Random, grievance: _Grievance, turn: int) -> str:
    chance = rng.random()
    if chance < 0.28:
        return ""
    year, court, serial = grievance.case_no
    if turn and chance < 0.36:  # the next instance
        return f"（{int(year) + 1}）{court[:3]}民终{int(serial) * 7 % 900 + 1}号"
    written = rng.choice(_BRACKETS).format(year) + court + serial + "号"
    if chance < 0.42:
        written = written.replace("初", "初字第")
    if chance > 0.95:
        written = (
            written.replace("1", "l", 1) if "1" in written else _mistyped(rng, written)
        )
    return written


def _demand(rng: random.Random, grievance: _Grievance, name: str) -> str:
    """
    The demand in words of its own: clauses chosen, left out, and put in another order.
    """
    clauses = [rng.choice(clause) for clause in _GRIEVANCES[grievance.kind]]
    if rng.random() < 0.35:
        clauses.pop(rng.randrange(1, len(clauses)))
    if rng.random() < 0.35:
        rng.shuffle(clauses)
    opening, ending = rng.choice(_OPENINGS), rng.choice(_ENDINGS)
    words = grievance.words | {"name": name}
    return (opening + "，".join(clauses) + ending).format(**words)
