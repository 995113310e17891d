"""
What can be wrong with the forms under deploy/forms, in themselves and together with the
programmes that use them: `jianjian check` names it with file and line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.intake.ledger.cells.text import label
from services.intake.ledger.form import NATIONAL, WORD_COLUMNS, Column, Form, read_form
from shared.errors import Problem
from shared.policy.parts.words import Word, choices
from shared.policy.programme import Programme
from shared.yaml.decode import problem_in
from shared.yaml.load import YamlFile

# Facts that come from another column.
_FROM = {"handed": "origin", "opinions": "prior_opinions"}


def check_forms(folder: Path, programmes: Iterable[Programme]) -> list[Problem]:
    """
    The faults of every form that a programme names, and of that of national lists.
    """
    users = defaultdict[str, list[Programme]](list, {NATIONAL: []})
    for programme in programmes:
        users[programme.form].append(programme)
    problems: list[Problem] = []
    for name, using in users.items():
        path = folder / f"{name}.yaml"
        if not path.is_file():
            problems += _no_form(path, using)
            continue
        form, decoder = read_form(path)
        decoder.check(_named(form, name))
        for programme in using:
            for check in _CHECKS:
                decoder.check(check(form, programme))
        problems += decoder.source.by_line()
    return problems


def _no_form(path: Path, using: Iterable[Programme]) -> list[Problem]:
    missing = YamlFile(path)
    titles = "、".join(programme.title for programme in using)
    message = f"没有这个文件，而“{titles}”用它作台账格式（form）。"
    missing.report((), "no_such_form", message, "请补上文件，或改正 form。")
    return missing.problems


def _named(form: Form, name: str) -> Iterator[Problem]:
    """
    A form is found by the name of its file, which is also its id.
    """
    if form.id != name:
        message = f"id 是“{form.id}”，文件名是“{name}.yaml”。"
        yield problem_in(form, "id", "other_name", message, "请改成一致。")


def _words(form: Form, programme: Programme) -> Iterator[Problem]:
    """
    Codes that the programme does not know, and words that no office could write.
    """
    columns = {column.id: column for column in form.columns}
    for name, fact in WORD_COLUMNS.items():
        words = programme.words[fact]
        if name in columns:
            yield from _of_column(columns[name], words, programme)
        default = form.defaults.get(name)
        if default and default.value not in {word.id for word in words}:
            yield _unknown(form, "defaults", str(default.value), words, programme)


def _of_column(
    column: Column, words: Iterable[Word], programme: Programme
) -> Iterator[Problem]:
    titles = {word.id: word.title for word in words}
    for code, spellings in column.codes.items():
        if code not in titles:
            yield _unknown(column, "codes", code, words, programme)
        elif label(titles[code]) not in map(label, spellings):
            message = f"{code} 在专项“{programme.code}”中叫“{titles[code]}”，表中没有。"
            remedy = "请把它写进该代码的名称。"
            yield problem_in(column, "codes", "other_title", message, remedy)


def _unknown(
    owner: object, field: str, word: str, words: Iterable[Word], programme: Programme
) -> Problem:
    message = f"专项“{programme.code}”没有“{word}”。"
    remedy = f"可用：{choices(words) or '（无）'}。"
    return problem_in(owner, field, "unknown_value", message, remedy)


def _handed(form: Form, programme: Programme) -> Iterator[Problem]:
    handed_down = [origin for origin in programme.origins if origin.handed]
    for name in form.handed_origins:
        if name not in {origin.id for origin in handed_down}:
            yield _unknown(form, "handed_origins", name, handed_down, programme)


def _scope(form: Form, programme: Programme) -> Iterator[Problem]:
    """
    Facts that the scope tests and the form never has: nothing would ever be in scope.
    """
    columns = {column.id for column in form.columns} | {*form.defaults, *form.same_as}
    tested = {
        test.fact for clause in programme.scope.clauses for test in clause.test
    } | {fact for clause in programme.scope.clauses for fact in clause.when}
    for fact in sorted(tested):
        name = _FROM.get(fact, fact)
        if name not in columns:
            message = f"专项“{programme.code}”的范围要看“{name}”，表中没有。"
            remedy = "请补上该列，或写在 defaults、same_as 中。"
            yield problem_in(form, "columns", "no_such_fact", message, remedy)


_CHECKS = (_words, _handed, _scope)
