"""
The fields requests are made of, with refusals an office can act on.

Requests are read strictly (`Strict`: an unknown field is a problem), events tolerantly
(`Tolerant`: read what is needed, ignore the rest). Every message is a `Message`;
`problems_of` gives all problems of a request at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Self

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate
from marshmallow.utils import get_value

from shared.errors import Problem
from shared.numbers import NUMBER_PATTERN
from shared.numerals import day_of, plain_signs
from shared.person import identity_number as identity_number_of
from shared.person import identity_number_fault
from shared.vocabulary import Term


class Message(str):
    """
    A message of marshmallow that is a `Problem`; its text is the detail.

    marshmallow formats its messages: ours are whole and stay what they are.
    """

    __slots__ = ("problem",)

    problem: Problem

    def __new__(cls, code: str, detail: str, remedy: str) -> Self:
        message = super().__new__(cls, detail)
        message.problem = Problem(code, detail, remedy)
        return message

    def __deepcopy__(self, _memo: object) -> Self:
        return self  # never changed; apispec copies schemas with their messages

    def format(self, *_args: object, **_values: object) -> Self:
        return self


_OTHER = Message("invalid", "此项不符合要求。", "")
_MESSAGES: dict[str, Any] = {
    "required": Message("required", "缺少此项。", "请补上此项。"),
    "null": Message("required", "此项不能为空。", "请填写此项。"),
    "validator_failed": Message("invalid", "此项不符合要求。", "请改正。"),
    "invalid": Message("wrong_type", "此项的类型不对。", "请按接口说明填写。"),
    "type": Message("wrong_type", "此项应为一个对象。", "请按接口说明填写。"),
    "unknown": Message("unknown_field", "没有名为此的项。", "请删去，或改正拼写。"),
    "invalid_utf8": Message(
        "wrong_type", "此项不是有效的 UTF-8 文字。", "请改用 UTF-8。"
    ),
    "format": Message("invalid_date", "不是有效的日期。", "请写成 2020-11-03 的样子。"),
    "too_large": Message("too_large", "数太大。", "请改正。"),
    "special": Message("wrong_type", "不是普通的数。", "请改正。"),
}


class _Explained(Schema):
    error_messages = {  # noqa: RUF012 - marshmallow's own way
        "unknown": _MESSAGES["unknown"],
        "type": _MESSAGES["type"],
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


def _described(more: dict[str, Any], pattern: str) -> dict[str, Any]:
    """
    Say *pattern* in the OpenAPI document: its dialect knows less than Python's.
    """
    return {"metadata": {"pattern": pattern} | more.pop("metadata", {}), **more}


_BLANK = Message("blank", "全是空格。", "请填写内容。")


def _not_blank(value: str) -> None:
    if value.isspace():
        raise ValidationError(_BLANK)


def text(*, longest: int, required: bool = True, **more: Any) -> fields.String:
    """Text of 1 to *longest* characters, not all blank, no control characters."""
    rules: list[Any] = [
        validate.Length(
            min=1,
            max=longest,
            error=Message("length", f"应为 1 至 {longest} 个字。", "请补写或缩短。"),
        ),
        validate.Regexp(
            r"^[^\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]*\Z",
            error=Message(
                "control_character", "含有控制字符。", "请删去看不见的字符。"
            ),
        ),
        _not_blank,
    ]
    return fields.String(
        required=required,
        validate=rules,
        error_messages=_MESSAGES,
        **_described(more, r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$"),
    )


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
        error_messages=_MESSAGES,
        **_described(more, f"^{NUMBER_PATTERN}$"),
    )


def office_code(*, required: bool = False, **more: Any) -> fields.String:
    """The code of an office of the directory (GB/T 2260 style)."""
    return fields.String(
        required=required,
        validate=validate.Regexp(
            r"^[0-9]{6,12}\Z",
            error=Message("office_form", "机关代码应为 6 至 12 位数字。", "请改正。"),
        ),
        error_messages=_MESSAGES,
        **_described(more, "^[0-9]{6,12}$"),
    )


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
        error_messages=_MESSAGES,
        **_described(more, "^[0-9]{6}([0-9]{3}){0,2}$"),
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
        error_messages=_MESSAGES,
        **_described(more, f"^{_HOLDER}$"),
    )


def identity_number(*, required: bool = True, **more: Any) -> fields.String:
    """The number of a resident's identity card (GB 11643)."""
    return fields.String(
        required=required,
        validate=check_identity_number,
        error_messages=_MESSAGES,
        **_described(more, "^[0-9]{17}[0-9Xx]$"),
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


class Day(fields.Date):
    """
    A business day written `2020-11-03`, or as offices write it (`2020/11/3`,
    `2020年11月3日`, `20201103`, in full-width digits or Chinese numerals), and in no
    other of the ISO ways; one that nobody alive has to do with would be counted from or
    to for a long time.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        parts = _DAY.fullmatch(self._spelled(value))
        if parts is None:
            raise self.make_error("invalid", input=value, obj_type="date")
        year, month, day = parts["year"], parts["month"], parts["day"]
        if not "1900" <= year < "2200":
            raise ValidationError(_FAR_DAY)
        iso = f"{year}-{month:0>2}-{day:0>2}"
        return super()._deserialize(iso, *args, **kwargs)

    def _spelled(self, value: Any) -> str:
        written = plain_signs(value) if isinstance(value, str) else ""
        try:
            day = day_of(written) if len(written) <= _LONGEST_DAY else None
        except ValueError:
            raise self.make_error("invalid", input=value, obj_type="date") from None
        return day.isoformat() if day else written


_FAR_DAY = Message("day_range", "日期不在 1900 年至 2199 年之间。", "请核对年份。")
_LONGEST_DAY = 20  # 二〇二〇年十二月三十一日 has 12 signs
_DAY = re.compile(
    r"(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
)


def day(*, required: bool = True, **more: Any) -> Day:
    """A business day, `2020-11-03`."""
    return Day(
        format="iso",
        required=required,
        error_messages={
            **_MESSAGES,
            "invalid": _MESSAGES["format"],
        },
        **more,
    )


def time_of_day(*, required: bool = True, **more: Any) -> fields.String:
    """A time of the day at the office, `09:30`."""
    return fields.String(
        required=required,
        validate=validate.Regexp(
            r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z",
            error=Message("time_form", "不是有效的时间。", "请写成 09:30 的样子。"),
        ),
        error_messages=_MESSAGES,
        **_described(more, "^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    )


def instant(*, required: bool = True, **more: Any) -> fields.AwareDateTime:
    """An instant with its offset, `2021-01-05T00:00:00Z`."""
    return fields.AwareDateTime(
        format="iso",
        required=required,
        error_messages={
            **_MESSAGES,
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


LABELS = "x-labels"


class Coded(fields.String):
    """
    A code, which may also be written as its Chinese label.
    """

    def __init__(self, labels: Mapping[str, str], **more: Any) -> None:
        self.code_of = {label: code for code, label in labels.items()}
        metadata = {LABELS: dict(labels)} | more.pop("metadata", {})
        super().__init__(metadata=metadata, **more)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, *args, **kwargs)
        return self.code_of.get(written, written)


class Labels(fields.Field[Any]):
    """
    In an answer: the Chinese labels of the codes of its fields, by the field's name;
    those that the answer brings itself, under `labels`, and those of its terms.
    """

    _CHECK_ATTRIBUTE = False  # it is no field of what is shown

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = tuple(names)
        super().__init__(dump_only=True, required=True)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - marshmallow's own names
        terms = {name: get_value(obj, name, None) for name in self.names}
        found = {n: t.chinese for n, t in terms.items() if isinstance(t, Term)}
        return {**(get_value(obj, "labels", None) or {}), **found}


def one_of(kind: type[Term], *, required: bool = True, **more: Any) -> Coded:
    """One of the terms of the vocabulary, by its identifier or its Chinese term."""
    allowed = "、".join(f"{term.value}（{term.chinese}）" for term in kind)
    return Coded(
        {term.value: term.chinese for term in kind},
        required=required,
        validate=validate.OneOf(
            [term.value for term in kind],
            error=Message("not_in_list", "不在可选值之内。", f"可选：{allowed}。"),
        ),
        error_messages=_MESSAGES,
        **more,
    )


class Flag(fields.Boolean):
    """
    `true` or `false`, and neither 1 nor "yes".
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


def flag(*, required: bool = True, **more: Any) -> Flag:
    """`true` or `false`."""
    return Flag(required=required, error_messages=_MESSAGES, **more)


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
    messages = {**_MESSAGES, "invalid": _YES_OR_NO}
    field = fields.Boolean(required=False, error_messages=messages, **more)
    field.truthy = {"true", "是"}
    field.falsy = {"false", "否"}
    return field


def count(
    *, least: int = 0, most: int = 1_000_000, required: bool = True, **more: Any
) -> fields.Integer:
    """A whole number from *least* to *most*."""
    return fields.Integer(
        strict=True,
        required=required,
        validate=validate.Range(
            min=least,
            max=most,
            error=Message("range", f"应在 {least} 至 {most} 之间。", "请改正。"),
        ),
        error_messages=_MESSAGES,
        **more,
    )


class _Digits(fields.Integer):
    """
    A whole number in a query string: ASCII digits and nothing else.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _FEW_DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


_FEW_DIGITS = re.compile(r"[0-9]{1,9}")


def page_size() -> fields.Integer:
    """How many items of a list, at most 500."""
    return _Digits(
        load_default=100,
        validate=validate.Range(
            min=1, max=500, error=Message("range", "应在 1 至 500 之间。", "请改正。")
        ),
        error_messages=_MESSAGES,
    )


_MONEY = r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?\Z"
_SIGNED_MONEY = r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?$"
_SPELLED_MONEY = re.compile(
    r"(?P<yuan>(?:0|[1-9][0-9]{0,9}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,6})?)"
    r"(?P<myriads>万)?元?"
)
_MONEY_FORM = Message(
    "money_form",
    "金额应写成 12000.00 的样子。",
    "请以元为单位，至多两位小数；也可写成 12,000元 或 1.2万。",
)
_MOST_FEN = 10**12  # as many as ten digits of yuan have


class Money(fields.String):
    """
    Yuan as text ("12000.00", "12,000元", "1.2万") outside, fen as an integer inside.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, *args, **kwargs)
        parts = _SPELLED_MONEY.fullmatch(written)
        if parts is None:
            raise ValidationError(_MONEY_FORM)
        fen = Decimal(parts["yuan"].replace(",", "")) * 100
        fen *= 10_000 if parts["myriads"] else 1
        if fen != int(fen) or fen >= _MOST_FEN:
            raise ValidationError(_MONEY_FORM)
        return int(fen)

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        return None if value is None else f"{Decimal(value) / 100:.2f}"


def money(*, required: bool = True, **more: Any) -> Money:
    """An amount in yuan with at most two decimals."""
    return Money(
        required=required,
        error_messages=_MESSAGES,
        **_described(more, _MONEY.replace(r"\Z", "$")),
    )


def signed_money(**more: Any) -> fields.String:
    """In an answer: a sum in yuan that may be less than nothing."""
    return Money(
        required=True, error_messages=_MESSAGES, **_described(more, _SIGNED_MONEY)
    )


class _BoundedList(fields.List[Any]):
    """
    A list whose length is judged before its items.
    """

    def __init__(self, inner: Any, *, length: validate.Length, **more: Any) -> None:
        self.length = length
        super().__init__(inner, validate=length, **more)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, list):
            self.length(value)
        return super()._deserialize(value, *args, **kwargs)


def many(
    inner: fields.Field[Any] | fields.Nested,
    *,
    most: int,
    least: int = 0,
    required: bool = True,
    **more: Any,
) -> fields.List[Any]:
    """A list of *least* to *most* items."""
    return _BoundedList(
        inner,
        required=required,
        length=validate.Length(
            min=least,
            max=most,
            error=Message("length", f"应有 {least} 至 {most} 项。", "请增减。"),
        ),
        error_messages=_MESSAGES,
        **more,
    )


def document_ids(*, most: int = 50, **more: Any) -> fields.List[Any]:
    """The ids of documents that were filed before; none unless some are given."""
    given: dict[str, Any] = {"required": False, "load_default": tuple} | more
    return many(text(longest=40), most=most, **given)


def nested(schema: type[Schema], *, required: bool = True, **more: Any) -> Any:
    """An object of its own."""
    return fields.Nested(schema, required=required, error_messages=_MESSAGES, **more)


def problems_of(
    error: ValidationError, *, prefix: str = "", separator: str = "/"
) -> tuple[Problem, ...]:
    """
    Every problem in *error*, each with a pointer to its field.
    """
    return tuple(_problems(error.messages, prefix, separator))


def _problems(messages: Any, place: str, separator: str) -> Iterator[Problem]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            here = place if key == "_schema" else f"{place}{separator}{key}"
            yield from _problems(inner, here, separator)
        return
    for message in messages:
        text = message if isinstance(message, Message) else _OTHER
        yield replace(text.problem, location=place)
