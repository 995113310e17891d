"""
The fields requests are made of, with refusals an office can act on.

Requests are read strictly (`Strict`: an unknown field is a problem), events tolerantly
(`Tolerant`: read what is needed, ignore the rest).
"""

from __future__ import annotations

from typing import Any, cast

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from shared.matter_numbers import NUMBER_PATTERN
from shared.near_names import did_you_mean, near_names
from shared.person import identity_number as identity_number_of
from shared.person import identity_number_fault
from shared.vocabulary import Term
from shared.web.messages import MESSAGES, TEXTS, Message
from shared.web.schema.field_kinds import (
    MONEY,
    OFFICE,
    SIGNED_MONEY,
    BoundedList,
    Coded,
    Count,
    Day,
    Digits,
    Flag,
    Money,
    OfficeCode,
    PostTitle,
    TimeOfDay,
)


class _Explained(Schema):
    error_messages = {  # noqa: RUF012 - marshmallow's own way
        "unknown": MESSAGES["unknown"],
        "type": MESSAGES["type"],
    }


class Strict(_Explained):
    """What a request may hold: nothing unknown."""

    class Meta:
        """marshmallow's place for it."""

        unknown = RAISE


class Tolerant(Schema):
    """What is read of an event: the fields that are needed, whatever else there is."""

    class Meta:
        """marshmallow's place for it."""

        unknown = EXCLUDE


def _described(more: dict[str, Any], pattern: str, *examples: str) -> dict[str, Any]:
    """
    Say *pattern*, with *examples* of it, in the OpenAPI document: its dialect knows
    less than Python's.
    """
    described: dict[str, Any] = {"pattern": as_of_json_schema(pattern)}
    if examples:
        described["examples"] = [*examples]
    return {"metadata": described | more.pop("metadata", {}), **more}


def as_of_json_schema(pattern: str) -> str:
    r"""
    A pattern in the dialect of JSON Schema (ECMA-262), where `\w` is no Chinese.
    """
    return pattern.replace(r"\w", r"\p{L}\p{N}_").replace(r"\Z", "$")


_BLANK = Message("blank", "全是空格。", "请填写内容。")


def _not_blank(value: str) -> None:
    if value.isspace():
        raise ValidationError(_BLANK)


def text_rules(longest: int, **more: Any) -> dict[str, Any]:
    """What text of 1 to *longest* characters, without control characters, keeps to."""
    rules: list[Any] = [
        validate.Length(
            min=1,
            max=longest,
            error=Message(
                "length",
                f"应为 1 至 {longest} 个字。",
                "请补写或缩短；没有内容的，请删去此项。",
            ),
        ),
        validate.Regexp(
            r"^[^\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]*\Z",
            error=Message(
                "control_character", "含有控制字符。", "请删去看不见的字符。"
            ),
        ),
        _not_blank,
    ]
    described = _described(more, r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$")
    return {"validate": rules, "error_messages": TEXTS, **described}


def text(*, longest: int, required: bool = True, **more: Any) -> fields.String:
    """Text of 1 to *longest* characters, not all blank, no control characters."""
    return fields.String(required=required, **text_rules(longest, **more))


def post(*, required: bool = True, **more: Any) -> PostTitle:
    """The title of a post of the directory, of up to 60 characters."""
    return PostTitle(required=required, **text_rules(60, **more))


def number_text(*, required: bool = True, **more: Any) -> fields.String:
    """A case, batch or petition number: it is also part of addresses."""
    return fields.String(
        required=required,
        validate=validate.Regexp(
            rf"{NUMBER_PATTERN}\Z",
            error=Message(
                "number_form",
                "编号应为 1 至 80 个文字、数字、括号或连接号，不以符号开头。",
                "请改正编号，去掉空格、斜杠等其他符号。",
            ),
        ),
        error_messages=TEXTS,
        **_described(more, f"^{NUMBER_PATTERN}$", "清检控申〔2020〕1号"),
    )


def office_code(*, required: bool = False, **more: Any) -> OfficeCode:
    """The code of an office of the directory (GB/T 2260 style), or its name."""
    return OfficeCode(
        required=required,
        validate=validate.Regexp(
            r"^[0-9]{6,12}\Z",
            error=Message(
                "office_form",
                "机关代码应为 6 至 12 位数字。",
                "请填写代码，或者名录中的全称、简称（GET /offices）。",
            ),
        ),
        error_messages=TEXTS,
        **_described(more | {"metadata": {OFFICE: True}}, _OFFICE, "999999"),
    )


_OFFICE = r"^([0-9]{6,12}|.*\p{L}.*)$"  # a code or a name, as the document says it


def area_code(**more: Any) -> fields.String:
    """The code of a county (6 digits), of a sub-district (9) or a village (12)."""
    return fields.String(
        required=False,
        load_default=None,
        validate=validate.Regexp(
            r"^[0-9]{6}([0-9]{3}){0,2}\Z",
            error=Message(
                "area_form", "区划代码应为 6 位、9 位或 12 位数字。", "请改正。"
            ),
        ),
        error_messages=TEXTS,
        **_described(more, "^[0-9]{6}([0-9]{3}){0,2}$", "999999"),
    )


_HOLDER = r"(?!1[3-9][0-9]{9}$)[A-Za-z0-9][A-Za-z0-9-]{0,11}"


def holder_code(*, required: bool = False, **more: Any) -> fields.String:
    """A staff number or initials of who holds a post; never a name or a telephone."""
    return fields.String(
        required=required,
        validate=validate.Regexp(
            rf"^{_HOLDER}\Z",
            error=Message(
                "holder_form",
                "任职人员只写工号或姓名首字母：1 至 12 个字母、数字或连接号。",
                "请改用本单位自定的工号或首字母，不要填写姓名、电话。",
            ),
        ),
        error_messages=TEXTS,
        **_described(more, f"^{_HOLDER}$", "B02"),
    )


def identity_number(*, required: bool = True, **more: Any) -> fields.String:
    """The number of a resident's identity card (GB 11643)."""
    return fields.String(
        required=required,
        validate=check_identity_number,
        error_messages=TEXTS,
        **_described(more, "^[0-9]{17}[0-9Xx]$", "999999194605021872"),
    )


def check_identity_number(number: str, field: str = "_schema") -> None:
    """
    Raises `ValidationError` for a number that no identity card has.
    """
    if identity_number_fault(identity_number_of(number)):
        raise ValidationError(_NO_IDENTITY_NUMBER, field)


_NO_IDENTITY_NUMBER = Message(
    "identity_number",
    "不是有效的居民身份证号码：应为 18 位，出生日期和校验码须相符。",
    "请对照身份证原件重新填写。",
)


def day(*, required: bool = True, **more: Any) -> Day:
    """A business day, `2020-11-03`."""
    return Day(
        format="iso",
        required=required,
        error_messages={
            **MESSAGES,
            "invalid": MESSAGES["format"],
        },
        **more,
    )


def time_of_day(*, required: bool = True, **more: Any) -> TimeOfDay:
    """A time of the day at the office, `09:30`."""
    return TimeOfDay(
        required=required,
        validate=validate.Regexp(
            r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z",
            error=Message("time_form", "不是有效的时间。", "请写成 09:30 的样子。"),
        ),
        error_messages=TEXTS,
        **_described(more, _TIME, "09:30"),
    )


# As a time may be written, also `9:30` and in full-width signs.
_TIME = "^([01０１]?[0-9０-９]|[2２][0-3０-３])[:：][0-5０-５][0-9０-９]$"


def instant(*, required: bool = True, **more: Any) -> fields.AwareDateTime:
    """An instant with its offset, `2021-01-05T00:00:00Z`."""
    return fields.AwareDateTime(
        format="iso",
        required=required,
        error_messages={
            **MESSAGES,
            "invalid": Message(
                "invalid_instant",
                "不是有效的时刻。",
                "请写成 2021-01-05T00:00:00Z 的样子。",
            ),
            "invalid_awareness": Message(
                "invalid_instant", "缺少时区。", "请在末尾写 Z 或 +08:00。"
            ),
        },
        **more,
    )


def one_of(kind: type[Term], *, required: bool = True, **more: Any) -> Coded:
    """One of the terms of the vocabulary, by its identifier or its Chinese term."""
    allowed = "、".join(f"{term.value}（{term.chinese}）" for term in kind)
    return Coded(
        {term.value: term.chinese for term in kind},
        required=required,
        validate=_OneOfTerms(
            [term.value for term in kind],
            [term.chinese for term in kind],
            error=Message("not_in_list", "不在可选值之内。", f"可选：{allowed}。"),
        ),
        error_messages=TEXTS,
        **more,
    )


class _OneOfTerms(validate.OneOf):
    """
    Refuses what is no term, and asks whether one was meant that is called alike.
    """

    def _format_error(self, value: object) -> str:
        named = {label: {code} for code, label in self.options()}
        meant = did_you_mean(near_names(str(value), named))
        problem = cast("Message", self.error).problem
        return Message(problem.code, problem.detail, f"{meant}{problem.remedy}")


def flag(*, required: bool = True, **more: Any) -> Flag:
    """`true` or `false`, or 是 or 否."""
    messages = {**MESSAGES, "invalid": _YES_OR_NO}
    return Flag(required=required, error_messages=messages, **more)


_YES_OR_NO = Message(
    "wrong_type",
    "此项应为 true（是）或 false（否）。",
    "请填写 true 或 false，也可填是或否。",
)


def query_flag() -> fields.Boolean:
    """`true` or `false` in a query string, false if it is not there."""
    return choice_flag(load_default=False)


def choice_flag(**more: Any) -> fields.Boolean:
    """`true` or `false` in a query string, where either narrows a list down."""
    messages = {**MESSAGES, "invalid": _YES_OR_NO}
    field = fields.Boolean(required=False, error_messages=messages, **more)
    field.truthy = {"true", "是"}
    field.falsy = {"false", "否"}
    return field


_WHOLE_NUMBER = Message("wrong_type", "此项应为整数。", "请填写整数，如 3。")


def count(
    *, least: int = 0, most: int = 1_000_000, required: bool = True, **more: Any
) -> fields.Integer:
    """A whole number from *least* to *most*."""
    return Count(
        strict=True,
        required=required,
        validate=validate.Range(
            min=least,
            max=most,
            error=Message("range", f"应在 {least} 至 {most} 之间。", "请改正。"),
        ),
        error_messages={**MESSAGES, "invalid": _WHOLE_NUMBER},
        **more,
    )


def page_size() -> fields.Integer:
    """How many items of a list, at most 500."""
    return Digits(
        load_default=100,
        validate=validate.Range(
            min=1, max=500, error=Message("range", "应在 1 至 500 之间。", "请改正。")
        ),
        error_messages=MESSAGES,
    )


def money(*, required: bool = True, **more: Any) -> Money:
    """An amount in yuan with at most two decimals."""
    return Money(
        required=required,
        error_messages=TEXTS,
        **_described(more, MONEY, "12000.00"),
    )


def signed_money(**more: Any) -> fields.String:
    """In an answer: a sum in yuan that may be less than nothing."""
    return Money(
        required=True,
        error_messages=MESSAGES,
        **_described(more, SIGNED_MONEY, "-12000.00"),
    )


_LIST = Message("wrong_type", "此项应为一组值。", "请写成 […] 的样子。")


def many(
    inner: fields.Field[Any] | fields.Nested,
    *,
    most: int,
    least: int = 0,
    required: bool = True,
    **more: Any,
) -> fields.List[Any]:
    """A list of *least* to *most* items."""
    return BoundedList(
        inner,
        required=required,
        length=validate.Length(
            min=least,
            max=most,
            error=Message("length", f"应有 {least} 至 {most} 项。", "请增减。"),
        ),
        error_messages={**MESSAGES, "invalid": _LIST},
        **more,
    )


def document_ids(*, most: int = 50, **more: Any) -> fields.List[Any]:
    """The ids of documents that were filed before; none unless some are given."""
    options: dict[str, Any] = {"required": False, "load_default": tuple} | more
    return many(text(longest=40), most=most, **options)


def nested(schema: type[Schema], *, required: bool = True, **more: Any) -> Any:
    """An object of its own."""
    return fields.Nested(schema, required=required, error_messages=MESSAGES, **more)
