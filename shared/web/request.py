"""
Reading what a request brings: at most so many bytes, whole, well formed, by a schema.
"""

from __future__ import annotations

import json
from typing import Any

from marshmallow import Schema, ValidationError

from shared.errors import Malformed, Problem, TooLarge
from shared.web.fields import problems_of


def content_of(request: Any, limit: int) -> bytes:
    """
    Read the body up to *limit* bytes.

    Raises `TooLarge`, and what the client still sends is not read; `Malformed` when
    it sends less than it declared: half a ledger must not be read as a whole one.
    """
    too_large = TooLarge.because(
        "body_too_large",
        f"内容超过上限 {limit // 1024 // 1024} MB。",
        "请把文件分成几份分别报送。",
    )
    cut_off = Malformed.because(
        "body_incomplete", "请求内容没有收全，未被记录。", "请检查网络后重新发送。"
    )
    declared = request.content_length
    if declared is not None and declared > limit:
        raise too_large
    try:
        content: bytes = request.environ["wsgi.input"].read(
            declared if declared is not None else limit + 1
        )
    except (OSError, ValueError) as error:  # silent too long, or a broken chunk
        raise cut_off from error
    if len(content) > limit:
        raise too_large
    if declared is not None and len(content) < declared:
        raise cut_off
    return content


def json_of(request: Any, raw: bytes) -> Any:
    if request.mimetype not in {"application/json", ""}:
        raise Malformed(
            Problem(
                "not_json", "内容类型应为 application/json。", "请改正 Content-Type。"
            )
        )
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed.because(
            "not_json", "请求内容不是有效的 JSON。", "请检查引号、逗号和编码（UTF-8）。"
        ) from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def load(
    schema: Schema | None, fields: Any, problems: list[Problem], prefix: str
) -> Any:
    if schema is None:
        if fields:
            problems.extend(
                Problem("unknown_field", "没有名为此的参数。", "请删去。", f"?{name}")
                for name in fields
            )
        return None
    try:
        return schema.load(fields)
    except ValidationError as error:
        problems.extend(
            problems_of(error, prefix=prefix, separator="" if prefix else "/")
        )
        return None
