"""
The kinds of fields that requests and answers have beside those of marshmallow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from marshmallow import ValidationError, fields, validate
from marshmallow.utils import get_value

from shared.accounts import parts_of
from shared.near_names import LONGEST, MOST, did_you_mean, near_names
from shared.numerals import fen_of, plain_signs, written_day, yuan
from shared.policy.current import current_policy
from shared.policy.directory import Directory
from shared.web.messages import Message


class Day(fields.Date):
    """
    A business day written `2020-11-03`, or as offices write it (`2020/11/3`,
    `2020年11月3日`, `20201103`, in full-width digits or Chinese numerals), and in no
    other ISO form; of 1900 to 2199, as limits counted from or to a day of another age
    would take long.
    """

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        written = plain_signs(value[:_LONGEST_DAY]) if isinstance(value, str) else ""
        try:
            day = written_day(written)
        except ValueError:
            day = None
        if day is None:
            raise self.make_error("invalid", input=value, obj_type="date")
        if not 1900 <= day.year < 2200:
            raise ValidationError(_FAR_DAY)
        return day


_FAR_DAY = Message("day_range", "日期不在 1900 年至 2199 年之间。", "请核对年份。")
_LONGEST_DAY = 20  # 二〇二〇年十二月三十一日 has 12 signs


class TimeOfDay(fields.String):
    """
    A time of the day written `09:30`, or `9:30`, also in full-width signs.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written: str = super()._deserialize(value, *args, **kwargs)
        parts = _TIME.fullmatch(plain_signs(written[:_LONGEST_DAY]))
        return f"{parts['hour']:0>2}:{parts['minute']}" if parts else written


_TIME = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")


OFFICE = "x-office"


class OfficeCode(fields.String):
    """
    The code of an office, which may also be written as its name in the directory.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written: str = super()._deserialize(value, *args, **kwargs)
        directory = current_policy().directory
        code = directory.code_of(written) or written
        if code and not code.isdigit():
            raise ValidationError(_no_office(written, _near(written, directory)))
        return code


def _near(written: str, directory: Directory) -> list[str]:
    """
    The offices that may be meant by a name: those that share it, or whose are like it.
    """
    codes = directory.codes_by_name
    if shared := codes.get(written):
        return sorted(directory.office(code).name for code in shared)[:MOST]
    return near_names(written, codes)


def _no_office(written: str, near: list[str]) -> Message:
    return Message(
        "office_form",
        f"名录中没有“{written[:LONGEST]}”，或者不止一个。",
        f"{did_you_mean(near)}请填写代码，或者名录中的全称、简称（GET /offices）。",
    )


class PostTitle(fields.String):
    """
    The title of a post, as the directory spells it: `党(工)委书记` with brackets of
    either width is one post. What is no post stays as it was written.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written: str = super()._deserialize(value, *args, **kwargs)
        return current_policy().directory.post_title(written) or written


LABELS = "x-labels"


class Labelled(fields.String):
    """
    A code that has a Chinese label.
    """

    def label(self, code: str, shown: Any) -> str | None:
        """
        The label of a code in what is *shown*; None if it has none.
        """
        raise NotImplementedError


class Coded(Labelled):
    """
    A code of the vocabulary, which may also be written as its Chinese label, with or
    without 类 at its end.
    """

    def __init__(self, labels: Mapping[str, str], **more: Any) -> None:
        self.labels = dict(labels)
        by_label = {label: code for code, label in labels.items()}
        short = {label.removesuffix("类"): code for label, code in by_label.items()}
        self.code_of = short | by_label
        metadata = {LABELS: self.labels} | more.pop("metadata", {})
        super().__init__(metadata=metadata, **more)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, *args, **kwargs)
        return self.code_of.get(written, written)

    def label(self, code: str, shown: Any) -> str | None:  # noqa: ARG002 - as declared
        return self.labels.get(code)


class Account(Labelled):
    """
    Who did something: an office and the name on its token, in an answer. Its label is
    the office as the directory names it, and that name.
    """

    def label(self, code: str, shown: Any) -> str | None:  # noqa: ARG002 - as declared
        office, name = parts_of(code)
        directory = current_policy().directory
        if not directory.exists(office):
            return None
        return f"{directory.office(office).name} {name}"


class Labels(fields.Field[Any]):
    """
    In an answer: the Chinese labels of the codes of its fields, by the field's name;
    those that the answer brings itself, under `labels`, and those of its `Labelled`
    fields, whether they hold a term or its code. A list of codes has a list of labels.
    """

    _CHECK_ATTRIBUTE = False  # it is no field of what is shown

    def __init__(self) -> None:
        super().__init__(dump_only=True, required=True)

    @cached_property
    def _labelled(self) -> list[tuple[str, str, Labelled]]:
        """
        Name, attribute and kind of each field beside this one that has labels.
        """
        beside: Mapping[str, fields.Field[Any]] = getattr(self.parent, "fields", {})
        kinds = {
            name: field.inner if isinstance(field, fields.List) else field
            for name, field in beside.items()
        }
        return [
            (name, beside[name].attribute or name, kind)
            for name, kind in kinds.items()
            if isinstance(kind, Labelled)
        ]

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - marshmallow's own names
        labels = dict(get_value(obj, "labels", None) or {})
        for name, attribute, kind in self._labelled:
            code = get_value(obj, attribute, None)
            if isinstance(code, str):
                label = kind.label(code, obj)
                labels |= {name: label} if label else {}
            elif code and isinstance(code, list | tuple):
                labels[name] = [kind.label(each, obj) or each for each in code]
        return labels


class Flag(fields.Boolean):
    """
    `true` or `false`, or 是 or 否; and neither 1 nor "yes".
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            value = _YES_OR_NO.get(value)
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


_YES_OR_NO = {"是": True, "否": False}


class Count(fields.Integer):
    """
    A whole number, which may also be written as a text of digits of either width.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            written = plain_signs(value[:_LONGEST_COUNT])
            if not _FEW_DIGITS.fullmatch(written):
                raise self.make_error("invalid", input=value)
            value = int(written)
        return super()._deserialize(value, *args, **kwargs)


COUNT = "^[0-9０-９]{1,9}$"
_LONGEST_COUNT = 10


class Digits(fields.Integer):
    """
    A whole number in a query string: ASCII digits and nothing else.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _FEW_DIGITS.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


_FEW_DIGITS = re.compile(r"[0-9]{1,9}")


MONEY = r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?\Z"
SIGNED_MONEY = r"^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?$"
_MONEY_FORM = Message(
    "money_form",
    "金额应写成 12000.00 的样子。",
    "请以元为单位，至多两位小数；也可写成 12,000元 或 1.2万。",
)


class Money(fields.String):
    """
    Yuan as text ("12000.00", "12,000元", "1.2万") outside, fen as an integer inside.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, *args, **kwargs)
        fen = fen_of(written)
        if fen is None:
            raise ValidationError(_MONEY_FORM)
        return fen

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        return None if value is None else yuan(value)


class BoundedList(fields.List[Any]):
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
