"""
Which tests share a process and a system, and in which order the suite runs.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling


class ByGroup(LoadScopeScheduling):
    """
    Gives each group of tests to one process of pytest-xdist.

    Its own `--dist loadgroup` writes the group into the node id, which pytest 9.2 no
    longer lets a plugin change.
    """

    def _split_scope(self, nodeid):
        return group_of(file_of(nodeid))


def file_of(nodeid):
    return nodeid.partition("::")[0]


def group_of(file):
    """
    The group of tests that a file belongs to: what one process does on one system.
    """
    _, folder, name = file.split("/", 2)
    if folder == "bus" or name.startswith(("xingqing/", "test_sixth")):
        return "bus" if name != "test_summing_up.py" else "service"
    return folder if folder in PROGRAMMES else file


# The weekly reports of Xingqing's units make each day that passes dear, and tests of
# services live in months far apart: only the other system runs that programme.
PROGRAMMES = {
    # The last one is for tests alone (`tests/service/programmes`).
    "service": "puyang-2020,dy-leaders,meixian,jiaozuo-2021,puyang-leaders",
    "bus": "all",  # also those that a test adds
    "store": "all",
}


def part_of(item):
    group = group_of(file_of(item.nodeid))
    last = item.get_closest_marker("last") is not None
    order = ("service", "bus", "tests/journey/test_story.py", "store")
    return order.index(group) if group in order else len(order), last


def restore_order(items):
    """
    Put the tests of files marked `in_order` back as they stand in their file.
    """
    places = [n for n, item in enumerate(items) if item.get_closest_marker("in_order")]
    inside = [items[place] for place in places]
    files = list(dict.fromkeys(item.path for item in inside))
    inside.sort(key=lambda item: (files.index(item.path), item.location[1]))
    for place, item in zip(places, inside, strict=True):
        items[place] = item
