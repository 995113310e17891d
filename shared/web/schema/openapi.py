"""
`/openapi.json`, made from the schemas that check the requests: what each field means,
an example of it, the Chinese label of each code, and which roles an operation is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.policy.current import current_policy
from shared.policy.programmes import role_title
from shared.vocabulary import Role
from shared.web.progress import content_of, records_with_content
from shared.web.schema.descriptions import descriptions, texts
from shared.web.schema.field_kinds import COUNT, LABELS, OFFICE, Count, Labels, Money
from shared.web.schema.named import PART, example_of

_PART = re.compile(r"<(?:\w+:)?(\w+)>")
_TITLES = {
    200: "好",
    201: "已登记",
    202: "已接收，正在办理",
    400: "请求无法读取",
    401: "未能确认身份",
    403: "无权办理",
    404: "未找到",
    409: "与现有情况冲突",
    413: "内容过大",
    422: "不符合规则",
    429: "请求过多",
    503: "暂时不可用",
}
FORM = "multipart/form-data"
_WITH_FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "pointer", "detail", "remedy"],
                "properties": {
                    "code": {"type": "string"},
                    "pointer": {"type": "string"},
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}


def document(service: str, endpoints: Sequence[Any]) -> dict[str, Any]:
    """
    The OpenAPI document of *service*.
    """
    marshmallow = MarshmallowPlugin()
    spec = APISpec(
        title=f"Jianjian {service}",
        version="1",
        openapi_version="3.1.0",
        plugins=[marshmallow],
        security=[{"bearer": []}],
    )
    converter: Any = marshmallow.converter
    converter.map_to_openapi_type(Money, "string", None)
    converter.map_to_openapi_type(Labels, "object", None)
    converter.add_attribute_function(_also_as_text)
    spec.components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    spec.components.schema("Problem", _PROBLEM)
    for endpoint in sorted(endpoints, key=lambda e: (e.url, e.method)):
        spec.path(
            path=_PART.sub(r"{\1}", endpoint.url),
            operations={endpoint.method.lower(): _operation(endpoint)},
        )
    openapi = spec.to_dict()
    _add_what_is_withheld(openapi["components"]["schemas"], endpoints)
    for owner, shape in openapi["components"]["schemas"].items():
        for name, field in shape.get("properties", {}).items():
            if own := descriptions().get(f"{owner}.{name}"):
                field["description"] = own
    for name, field in _fields_of(openapi):
        _describe(name, field)
    return openapi


_WITHHELD = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("code", "detail", "remedy")},
}


def _add_what_is_withheld(shapes: dict[str, Any], endpoints: Iterable[Any]) -> None:
    """
    Of a matter of which the caller learns only how far it is, a text is null, and the
    record says why (decision 0088).
    """
    for record in records_with_content(each.answer for each in endpoints):
        shape = shapes.get(type(record).__name__)
        if shape is None:
            continue
        for name in content_of(record):
            field = shape["properties"][name]
            kind = field.get("type", [])
            if kind and "null" not in kind:
                field["type"] = [*([kind] if isinstance(kind, str) else kind), "null"]
        shape["properties"]["withheld"] = dict(_WITHHELD)


def _also_as_text(_converter: Any, field: Any, *, ret: Any, **_more: Any) -> Any:
    """
    A count may also be written as a text of digits.
    """
    if not isinstance(field, Count):
        return {}
    kinds = ret["type"] if isinstance(ret["type"], list) else [ret["type"]]
    return {"type": [*kinds, "string"], "pattern": COUNT}


def _fields_of(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Every field of a document, by its name: of the objects, and in addresses.
    """
    if isinstance(part, list):
        for each in part:
            yield from _fields_of(each)
    elif isinstance(part, dict):
        properties = part.get("properties")
        if isinstance(properties, dict):
            yield from properties.items()
        if part.get("in") in {"path", "query"}:
            yield part["name"], part
        for each in part.values():
            yield from _fields_of(each)


def _describe(name: str, field: dict[str, Any]) -> None:
    """
    Say of a field what it means, which codes it knows, and how it is written.
    """
    schema = field.get("schema", field)
    description = field.get("description") or descriptions().get(name)
    labels = schema.get(LABELS)
    if labels:
        codes = "、".join(f"{code}（{label}）" for code, label in labels.items())
        description = f"{description or ''}。可填代码或者名称：{codes}".lstrip("。")
    if PART in schema:
        description = f"{description or ''}。可填专项中的代码或者名称".lstrip("。")
    if OFFICE in schema:
        description = f"{description or ''}。可填代码或者名录中的名称".lstrip("。")
    if description and "$ref" not in field:
        field["description"] = description
    if "$ref" not in schema and (example := _example(name, schema)) is not None:
        schema.setdefault("examples", [example])


_EXAMPLES: Mapping[str, Any] = {
    "date": "2020-11-03",
    "date-time": "2021-01-05T00:00:00+08:00",
    "boolean": True,
    "integer": 1,
}


def _example(name: str, schema: Mapping[str, Any]) -> Any:
    """
    How a plain field may be written, or a list of such; None of a record, of which each
    field has its own.
    """
    if "items" in schema:
        one = _example(name, schema["items"])
        return None if one is None else [one]
    if labels := schema.get(LABELS):
        return next(iter(labels))
    if PART in schema:
        return example_of(schema[PART], current_policy().programmes)
    if "enum" in schema:
        return next((value for value in schema["enum"] if value is not None), None)
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "integer" in kinds:
        return schema.get("minimum", _EXAMPLES["integer"])
    by_kind = _EXAMPLES.get(schema.get("format", kinds[0]))
    return texts().get(name) if by_kind is None and "string" in kinds else by_kind


def _operation(endpoint: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        **_access(endpoint),
        "parameters": _parameters(endpoint),
        "responses": {
            str(endpoint.status): {
                "description": _TITLES.get(endpoint.status, ""),
                "content": {endpoint.gives: {"schema": _answer(endpoint)}},
            },
            **{str(code): _refusal(endpoint, code) for code in _refusals(endpoint)},
        },
    }
    if endpoint.body is not None:
        form = endpoint.accepts == FORM
        schema = {"allOf": [endpoint.body, _WITH_FILE]} if form else endpoint.body
        media_type = endpoint.accepts or "application/json"
        operation["requestBody"] = {
            "required": True,
            "content": {media_type: {"schema": schema}},
        }
    elif endpoint.accepts:
        binary = {"type": "string", "format": "binary"}
        operation["requestBody"] = {
            "required": True,
            "content": {endpoint.accepts: {"schema": binary}},
        }
    return operation


def _access(endpoint: Any) -> dict[str, Any]:
    """
    For whom an operation is.
    """
    if not endpoint.roles:
        return {"description": "无需登录。", "security": []}
    return {
        "description": f"可办角色：{'、'.join(_roles(endpoint))}。",
        "x-roles": [role.value for role in Role if role in endpoint.roles],
    }


def _roles(endpoint: Any) -> Iterator[str]:
    programmes = current_policy().programmes
    return (role_title(role, programmes) for role in Role if role in endpoint.roles)


def _parameters(endpoint: Any) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        }
        for name in _PART.findall(endpoint.url)
    ]
    if endpoint.query is not None:
        parameters.append({"in": "query", "schema": endpoint.query})
    if endpoint.method == "POST" and endpoint.repeatable:
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": False,
                "schema": {"type": "string", "maxLength": 200},
            }
        )
    return parameters


def _refusals(endpoint: Any) -> list[int]:
    """
    The statuses with which an endpoint may refuse a request.
    """
    statuses = {400, 422, 503, *endpoint.refusals}
    statuses |= {401, 403} if endpoint.roles else {429}
    statuses |= {404} if _PART.search(endpoint.url) else set()
    statuses |= {409, 413} if endpoint.method == "POST" else set()
    return sorted(statuses)


def _refusal(endpoint: Any, status: int) -> dict[str, Any]:
    """
    A refusal is a problem; who asked for a page without a login reads it on a page.
    """
    schema: Any = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    if endpoint.is_public_page:
        content[endpoint.gives] = {"schema": _answer(endpoint)}
    return {"description": _TITLES[status], "content": content}


def _answer(endpoint: Any) -> Any:
    if endpoint.gives != "application/json":
        return {"type": "string", "format": "binary"}
    schema = endpoint.answer if endpoint.answer is not None else {"type": "object"}
    if not endpoint.many:
        return schema
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": schema},
            "next": {"type": ["string", "null"]},
        },
    }
