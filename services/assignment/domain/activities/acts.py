"""
What the record of an act must carry, as the programme's file says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from shared.errors import Problem
from shared.policy.reports import Act

WORDS = {
    "kind": "种类",
    "post": "职务",
    "evidence": "凭证",
    "to": "对象单位",
    "until": "期限",
    "text": "内容",
    "consent": "信访人同意的记录",
    "document": "文号",
    "count": "数量",
    "nil": "是否零报告",
}


def act_faults(
    acts: Mapping[str, Act],
    body: Mapping[str, Any],
    posts: Collection[str],
    *,
    of: Literal["case", "office"],
    unnamed: Mapping[str, str] | None = None,
) -> Iterator[Problem]:
    """
    The act exists, for a case or an office, and everything it needs is there.

    *unnamed*: the mandatory fields that the case does not name, with their titles.
    """
    act = acts.get(body["act"])
    if act is None or act.of not in {of, "both"}:
        fitting = "、".join(
            f"{each.id}（{each.title}）"
            for each in acts.values()
            if each.of in {of, "both"}
        )
        yield Problem(
            "no_such_act",
            f"没有可在此记录的履职事项“{body['act']}”。",
            f"可填：{fitting}。",
            "/act",
        )
        return
    for name in act.needs:
        missing = body.get(name) is None or (name == "consent" and not body[name])
        if missing and not (body["nil"] and name != "nil"):
            yield Problem(
                f"{name}_missing",
                f"“{act.title}”须记录{WORDS[name]}。",
                f"依据：{act.source}。",
                f"/{name}",
            )
    for field in act.fields:
        if unnamed and field in unnamed:
            yield Problem(
                "field_missing",
                f"“{act.title}”前，须先明确{unnamed[field]}。",
                f"请先在包案情况（leaders）中填写。依据：{act.source}。",
                "/act",
            )
    kind = body.get("kind")
    if kind is not None and kind not in act.kinds:
        kinds = "、".join(act.kinds)
        yield Problem(
            "not_in_list",
            f"“{act.title}”没有种类“{kind}”。",
            f"可填：{kinds}。" if kinds else "请不要填写种类。",
            "/kind",
        )
    if body["post"] is not None and body["post"] not in posts:
        yield Problem(
            "no_such_post",
            f"没有职务或部门“{body['post']}”。",
            "请按名录填写职务。",
            "/post",
        )
