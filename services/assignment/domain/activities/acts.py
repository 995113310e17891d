"""
What the record of an act must contain by the programme's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from shared.errors import Problem
from shared.policy.reports import Act
from shared.rules import post_exists

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


def act_problems(
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
            f"{act.id}（{act.title}）"
            for act in acts.values()
            if act.of in {of, "both"}
        )
        yield Problem(
            "no_such_act",
            f"没有可在此记录的履职事项“{body['act']}”。",
            f"可填：{fitting}。",
            "/act",
        )
        return
    yield from _needs_missing(act, body)
    yield from _fields_missing(act, unnamed or {})
    yield from _kind_unknown(act, body.get("kind"))
    if body["post"] is not None:
        yield from post_exists(body["post"], posts, "/post")


def _needs_missing(act: Act, body: Mapping[str, Any]) -> Iterator[Problem]:
    """
    Everything that the act needs is there, except in a report of nothing.
    """
    for name in act.needs:
        missing = body.get(name) is None or (name == "consent" and not body[name])
        if missing and not (body["nil"] and name != "nil"):
            yield Problem(
                f"{name}_missing",
                f"“{act.title}”须记录{WORDS[name]}。",
                f"依据：{act.source}。",
                f"/{name}",
            )


def _fields_missing(act: Act, unnamed: Mapping[str, str]) -> Iterator[Problem]:
    """
    The case names the mandatory fields that come before the act.
    """
    for field in act.fields:
        if field in unnamed:
            yield Problem(
                "field_missing",
                f"“{act.title}”前，须先明确{unnamed[field]}。",
                f"请先在包案情况（leaders）中填写。依据：{act.source}。",
                "/act",
            )


def _kind_unknown(act: Act, kind: str | None) -> Iterator[Problem]:
    """
    A kind of the act is one that the programme lists.
    """
    if kind is not None and kind not in act.kinds:
        kinds = "、".join(act.kinds)
        yield Problem(
            "not_in_list",
            f"“{act.title}”没有种类“{kind}”。",
            f"可填：{kinds}。" if kinds else "请不要填写种类。",
            "/kind",
        )
