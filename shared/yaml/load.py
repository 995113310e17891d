"""
YAML files that people edit, read with the line of every value.

It reads and reports; `decode` turns the values into objects. Nothing here knows an
office, a programme or a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from shared.errors import Line, Problem

Place = tuple[str | int, ...]
"""
The way from the top of a file to a value: keys, and positions in lists from 0.
"""

MEND_BY_HAND = "请按提示的行号修改后再检查。"
_WRITING = "缩进用空格，不用制表符；冒号、逗号、引号、括号用半角，冒号后空一格。"
# What the parser says in English, and what it mostly comes from.
_FAULTS = (
    ("cannot start any token", "此处有制表符，或者不能用在开头的符号"),
    ("tab character", "此处有制表符"),
    ("could not find expected ':'", "这一行或上一行缺少冒号，或者用了全角冒号"),
    ("mapping values are not allowed", "一行里有两个冒号，或者缩进不齐"),
    ("did not find expected", "缩进不齐，或者引号、括号没有配对"),
    ("unexpected end of stream", "引号或括号没有配对"),
    ("codec can't decode", "文件不是 UTF-8 编码"),
    ("No such file", "没有这个文件"),
)


class ConfigurationError(Exception):
    """
    Files under deploy/ that cannot be used; names every problem at once.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


# libyaml's, where it was built in, is several times as fast.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class YamlFile:
    """
    One file: its plain values, each with its line.
    """

    path: Path
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, place: Place, code: str, detail: str, remedy: str) -> None:
        """
        Add a problem; for an absent value at the line of its parent.
        """
        nearest = place
        while nearest and nearest not in self.lines:
            nearest = nearest[:-1]
        line = Line(str(self.path), self.lines.get(nearest, 1), dotted(place))
        if (line.path, code) not in {*self.located()}:
            self.problems.append(Problem(code, detail, remedy, line))

    def by_line(self) -> list[Problem]:
        """
        The problems in the order of their lines.
        """

        def line(problem: Problem) -> int:
            return problem.location.line if isinstance(problem.location, Line) else 0

        return sorted(self.problems, key=line)

    def located(self) -> Iterator[tuple[str, str]]:
        """
        The path and the code of each problem.
        """
        for problem in self.problems:
            if isinstance(problem.location, Line):
                yield problem.location.path, problem.code


def dotted(place: Place) -> str:
    """
    A place as a path: `milestones[2].percent`.
    """
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".") or "（全文）"


def read_yaml(path: Path) -> YamlFile:
    """
    Read one file; what is not YAML becomes a problem, not an exception.
    """
    source = YamlFile(path)
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        source.lines[()] = mark.line + 1 if mark else 1
        problem = str(getattr(error, "problem", None) or error)
        why = next((fault for sign, fault in _FAULTS if sign in problem), "写法有误")
        detail = f"不是有效的 YAML：{why}（{problem}）。"
        source.report((), "not_yaml", detail, f"{_WRITING}{MEND_BY_HAND}")
        return source
    if root is None:
        source.report((), "empty_file", "文件是空的。", "请填写内容或删除该文件。")
        return source
    source.value = _value(source, loader, root, ())
    return source


def read_folder(folder: Path) -> list[YamlFile]:
    """
    The YAML files of a folder in a fixed order; a folder without any is a problem.
    """
    paths = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if paths:
        return [read_yaml(path) for path in paths]
    nothing = YamlFile(folder)
    remedy = "请检查路径，或补上配置文件。"
    nothing.report((), "nothing_here", "没有任何 YAML 文件。", remedy)
    return [nothing]


def _value(
    source: YamlFile, loader: yaml.SafeLoader, node: yaml.Node, place: Place
) -> Any:
    source.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(source, loader, node, place)
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(source, loader, item, (*place, position))
            for position, item in enumerate(node.value)
        ]
    try:
        return loader.construct_object(node)
    except ValueError:
        # 2020-02-30 looks like a date and is none
        message = f"“{node.value}”不是存在的日期或数字。"
        source.report(place, "wrong_type", message, MEND_BY_HAND)
        return node.value


def _mapping(
    source: YamlFile, loader: yaml.SafeLoader, node: yaml.MappingNode, place: Place
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in values:
            # plain YAML readers silently use the last one
            source.lines[*place, key] = key_node.start_mark.line + 1
            remedy = f"请只保留一个“{key}”。"
            source.report((*place, key), "duplicate_key", f"“{key}”重复。", remedy)
            continue
        values[key] = _value(source, loader, value_node, (*place, key))
        source.lines[*place, key] = key_node.start_mark.line + 1
    return values
