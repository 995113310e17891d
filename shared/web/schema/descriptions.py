"""
What the fields of the interfaces mean, in Chinese, and how their texts may be written:
`descriptions.yaml`, `examples.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from marshmallow import Schema
from marshmallow.fields import Field

from shared.yaml.load import read_yaml

_TITLE = re.compile(r"[^，；。：（]+")  # a description says more after its title


@cache
def descriptions() -> Mapping[str, str]:
    """
    What each field means, by its name; where it means something else in one schema, by
    the names of both (`DemandBody.points`).
    """
    described: dict[str, str] = read_yaml(
        Path(__file__).with_name("descriptions.yaml")
    ).value
    return described


@cache
def texts() -> Mapping[str, str]:
    """
    How the text of a field may be written, by its name: `examples.yaml`.
    """
    written: dict[str, str] = read_yaml(Path(__file__).with_name("examples.yaml")).value
    return written


def title_of(schema: Schema, field: Field[object]) -> str | None:
    """
    What a field of a schema is called; None if nothing describes it.
    """
    name, owner = field.data_key or field.name, type(schema).__name__
    titles = descriptions()
    description = (
        field.metadata.get("description")
        or titles.get(f"{owner}.{name}")
        or titles.get(name or "")
    )
    title = _TITLE.match(description or "")
    return title[0] if title else None
