"""
Who the stories tell of, and everything that a system says where nobody may be named:
what it announces, logs, measures, mails and lists.
"""

from __future__ import annotations

import io
import re
import zipfile
from email import message_from_bytes
from email.policy import default

import sqlalchemy as sa

from deploy.demo.client import Refused
from deploy.demo.expected import ledgers
from deploy.demo.programme_story import STORIES, load_story
from deploy.demo.runner import HERE
from deploy.demo.story import load
from deploy.local.plain import http
from shared.settings import SERVICES
from tests.journey import later_years
from tests.service.asking import a_row

_OF_A_ROW = ("信访人姓名", "证件号码", "联系电话")
_CHINESE = re.compile("[\u4e00-\u9fff]{2,}")
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_NUMBERS = re.compile(r"(?<!\d)(?:\d{4}-\d{7}|1\d{10}|\d{17}[\dX])(?!\d)")
# What lists that ask for more than an office are asked for.
VALUES = {
    "programme": "puyang-2020",
    "as_of": "2022-12-31",
    "from": "2020-11-01",
    "to": "2022-12-31",
    "since": "2020-11-01",
    "measure": "base",
    "counted_by": "channel",
    "kind": "own",
    "rule": "7N",
}


def persons():
    """
    The names, identity numbers and telephones of all who petition in the stories, also
    as members or representatives, in the ledgers of the demonstration, and in the rows
    that tests push.
    """
    rows = [a_row()]
    stories = [load(), *(load_story(path.stem) for path in STORIES.glob("*.yaml"))]
    passages = [*_dicts(stories)]
    for each in passages:
        if each.get("do") == "push":
            rows += ledgers.rows(HERE / "ledgers" / each["file"])
    by_title = (row.get(title) for row in (*rows, *passages) for title in _OF_A_ROW)
    of_petitions = (
        value
        for each in passages
        for person in _who_petition(each)
        for values in person.values()
        for value in (values if isinstance(values, list) else [values])
    )
    words = {*by_title, *of_petitions, *later_years.RESIDENT.values()}
    return {str(word).strip() for word in words if word}


def _who_petition(passage):
    """
    The persons whom something that was said in a story names as petitioning.
    """
    # Bodies and hearings have members too, who are posts and trades.
    roles = ["petitioner", "person"]
    if "petitioner" in passage:
        roles += ["members", "representatives"]
    return [person for role in roles for person in _dicts(passage.get(role))]


def _dicts(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _dicts(each)


def named_in(texts, words):
    """
    Those of the *words* that stand in one of the texts.
    """
    chinese, numbers = set(), set()
    for text in texts:
        plain = _ESCAPED.sub(
            lambda match: match[0].encode().decode("unicode_escape"), text
        )
        chinese.update(_CHINESE.findall(plain))
        numbers.update(_NUMBERS.findall(plain))
    everything = "\n".join((*chinese, *numbers))
    return {word for word in words if word in everything}


def announced(owner):
    """
    Every event of every service.
    """
    with owner.connect() as session:
        for service in SERVICES:
            query = sa.text(f"SELECT body::text FROM {service}.outbox")  # noqa: S608
            yield from session.scalars(query)


def logged(stack):
    for log in sorted((stack.var / "log").glob("*")):
        yield log.read_text(encoding="utf-8", errors="replace")


def mailed(stack):
    """
    Head, text and attachments of every mail; a workbook as what is in its cells.
    """
    for file in stack.mails():
        mail = message_from_bytes(file.read_bytes(), policy=default)
        yield "\n".join(f"{name}: {value}" for name, value in mail.items())
        for part in mail.walk():
            content = part.get_payload(decode=True) or b""
            if content.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(content)) as packed:
                    for name in packed.namelist():
                        yield packed.read(name).decode("utf-8", "replace")
            else:
                yield content.decode("utf-8", "replace")


def measured(stack, processes):
    for process in processes:
        yield http.get(f"{stack.url(process)}/metrics").text


def listed(client, callers, **values):
    """
    What each caller is shown at every address without a number in it, page after page;
    *values*: what lists are asked for instead of what the journey asks for.
    """
    for service in SERVICES:
        paths = client.get(service, "/openapi.json", callers[0])["paths"]
        for path, methods in paths.items():
            parameters = methods.get("get", {}).get("parameters", [])
            if "get" not in methods or "{" in path or path == "/openapi.json":
                continue
            names = [each["name"] for each in parameters if each.get("required")]
            for by in callers:
                yield from _pages(client, service, path, by, names, values)


def _pages(client, service, path, by, names, values):
    office = by.split()[0]
    query = {name: (VALUES | values).get(name, office) for name in names}
    try:
        page = client.get(service, path, by, **query)
    except (Refused, ValueError):  # not for this caller, or no JSON
        return
    yield str(page)
    if isinstance(page, dict) and page.get("next"):
        yield from map(str, client.items(service, path, by, **query))
