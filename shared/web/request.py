"""
Reading what a request brings: at most so many bytes, whole, well formed, by a schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser

from shared.errors import Malformed, Problem, TooLarge
from shared.web.messages import problems_of

_MOST_KEYS = 200  # of one JSON object, and of a query string
_MOST_PARTS = 3000  # objects and lists of one JSON document
_KIB, _MIB = 1024, 1024 * 1024
# A form with a file: its one file stands in the field `file`, all others are short.
_FILE = "file"
_MOST_FIELDS = 20
_FIELDS = 64 * _KIB  # bytes of all that is no file
_FILENAME = 200
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# With two of one of these a proxy and this server may see different requests.
_ONCE = frozenset({"content-length", "transfer-encoding", "host", "authorization"})


def header_problem(
    headers: Sequence[tuple[str, str]], *, whole: bool = True
) -> Malformed | None:
    """
    Why a request with these raw header fields is not read at all (RFC 9112, 5 and 6);
    not *whole*: one of the lines was not a header field.

    None if they are in order: names are tokens, values have no control characters and
    no line breaks, and what frames a request stands there once.
    """
    names = [name.lower() for name, _ in headers]
    twice = [name for name in sorted(_ONCE) if names.count(name) > 1]
    if twice:
        detail = f"请求头 {'、'.join(twice)} 出现了两次。"
    elif not whole or not all(map(_HEADER_NAME.fullmatch, names)):
        detail = "请求头的名称不合规范。"
    elif any(_CONTROL.search(value) for _, value in headers):
        detail = "请求头含有控制字符或换行。"
    else:
        return None
    return Malformed.because("header_form", detail, "请检查客户端或代理。")


def content_of(request: Any, limit: int) -> bytes:
    """
    Read the body up to *limit* bytes.

    Raises `TooLarge`, and what the client still sends is not read; `Malformed` when
    it sends less than it declared: half a ledger must not be read as a whole one.
    """
    too_large = TooLarge.because(
        "body_too_large",
        f"内容超过上限 {_size(limit)}。",
        "请把内容分成几份分别报送。",
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


@dataclass(frozen=True)
class Form:
    """
    A form with a file: the fields but the file, and the same as they were sent.
    """

    fields: dict[str, str]
    content: bytes
    filename: str

    @property
    def fields_sent(self) -> bytes:
        fields = {**self.fields, _FILE: self.filename}
        return json.dumps(fields, ensure_ascii=True, sort_keys=True).encode()


def form_of(request: Any, limit: int, problems: list[Problem]) -> Form:
    """
    The form of a request with one file of at most *limit* bytes; it is held in memory
    and never written to a temporary file. Fields that are given twice, files beside the
    one and its absence are problems.

    Raises `TooLarge`; `Malformed` for a body that is not a form.
    """
    values, files = _parts_of(request, content_of(request, limit + _FIELDS))
    problems.extend(_form_problems(values, files))
    file = files.get(_FILE)
    content = file.stream.read() if file else b""
    if len(content) > limit:
        raise TooLarge.because(
            "body_too_large", f"文件超过上限 {_size(limit)}。", "请压缩或分成几份。"
        )
    name = _CONTROL.sub("", (file.filename if file else "") or "")[-_FILENAME:]
    return Form(dict(values.items()), content, name)


def _parts_of(request: Any, raw: bytes) -> tuple[Any, Any]:
    """
    The texts and the files of a form.
    """
    boundary = request.mimetype_params.get("boundary", "").encode()
    if request.mimetype != "multipart/form-data" or not boundary:
        raise _no_form()
    parser = MultiPartParser(
        stream_factory=_in_memory,
        max_form_memory_size=_FIELDS,
        max_form_parts=_MOST_FIELDS,
        buffer_size=_piece(len(raw), boundary),
    )
    try:
        return parser.parse(BytesIO(raw), boundary, len(raw))
    except RequestEntityTooLarge as error:
        raise Malformed.because(
            "too_many_parts", "表单的项过多或过长。", "请按接口说明填写。"
        ) from error
    except ValueError as error:
        raise _no_form() from error


def _piece(length: int, boundary: bytes) -> int:
    """
    How many bytes the parser reads at a time of a form of *length* bytes.

    The parser refuses a piece that is longer than its memory together with the end of
    the piece before, of which it keeps what may begin a delimiter; and it takes a
    closing delimiter that is cut between its last two hyphens for part of the file.
    """
    closing = len(boundary) + len(b"\r\n----\r\n")
    return next(
        size for size in range(_FIELDS // 2, 0, -1) if not 0 < length % size < closing
    )


def _in_memory(
    total_content_length: int | None,  # noqa: ARG001 - as werkzeug calls it
    content_type: str | None,  # noqa: ARG001 - likewise
    filename: str | None,  # noqa: ARG001 - likewise
    content_length: int | None = None,  # noqa: ARG001 - likewise
) -> BytesIO:
    return BytesIO()


def _no_form() -> Malformed:
    return Malformed.because(
        "not_a_form",
        "请求内容不是带文件的表单（multipart/form-data）。",
        "请按接口说明提交表单，文件放在 file 项。",
    )


def _form_problems(values: Any, files: Any) -> Iterator[Problem]:
    for name in dict.fromkeys([*values, *files]):
        if len(values.getlist(name)) + len(files.getlist(name)) > 1:
            yield Problem("given_twice", "此项给了两次。", "请只保留一个。", f"/{name}")
    for name in files:
        if name != _FILE:
            yield Problem("unknown_field", "没有这个文件项。", "请删去。", f"/{name}")
    if _FILE not in files:
        yield Problem("required", "缺少文件。", "请在 file 项附上文件。", f"/{_FILE}")


def _size(limit: int) -> str:
    return f"{limit // _MIB} MB" if limit >= _MIB else f"{limit // _KIB} KB"


def query_of(request: Any, problems: list[Problem]) -> dict[str, str]:
    """
    The parameters of the query string; one that is given twice is a problem.

    Raises `Malformed` for more parameters than any address has.
    """
    parameters = request.args
    if len(parameters) > _MOST_KEYS:
        raise _too_many_keys()
    problems.extend(
        Problem("given_twice", "参数给了两次。", "请只保留一个。", f"?{name}")
        for name in parameters
        if len(parameters.getlist(name)) > 1
    )
    return dict(parameters.items())


def json_of(request: Any, raw: bytes) -> Any:
    """
    The JSON document of a request.

    Raises `Malformed` if it is not JSON, or if one of its objects has a key twice or
    more keys than any schema has fields, or if it has more objects and lists than any.
    """
    if raw.count(b"{") + raw.count(b"[") > _MOST_PARTS:  # brackets of texts among them
        raise Malformed.because(
            "too_many_parts", "内容的对象和列表过多。", "请按接口说明填写。"
        )
    if request.mimetype not in {"application/json", ""}:
        raise Malformed(
            Problem(
                "not_json", "内容类型应为 application/json。", "请改正 Content-Type。"
            )
        )
    try:
        return json.loads(
            raw, parse_constant=_no_constant, object_pairs_hook=_one_object
        )
    except (ValueError, RecursionError) as error:
        raise Malformed.because(
            "not_json", "请求内容不是有效的 JSON。", "请检查引号、逗号和编码（UTF-8）。"
        ) from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _one_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _MOST_KEYS:
        raise _too_many_keys()
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in fields if names.count(name) > 1)
        raise Malformed.because(
            "given_twice", f"“{twice[:60]}”在同一对象里出现两次。", "请只保留一个。"
        )
    return fields


def _too_many_keys() -> Malformed:
    return Malformed.because(
        "too_many_keys", f"一个对象不得多于 {_MOST_KEYS} 项。", "请按接口说明填写。"
    )


def load(
    schema: Schema | None, fields: Any, problems: list[Problem], prefix: str
) -> Any:
    """
    What a schema makes of *fields*; of those with *problems*, the part that is right.
    """
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
            problems_of(error, schema, prefix=prefix, separator="" if prefix else "/")
        )
        return error.valid_data
