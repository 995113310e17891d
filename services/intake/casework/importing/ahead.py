"""
The next part of a long work is made ready while the last one is being stored.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import TypeVar

import eventlet
from eventlet.queue import LightQueue
from eventlet.support.greenlets import GreenletExit

Part = TypeVar("Part")


def made_ahead(parts: Generator[Part, None, None]) -> Generator[Part, None, None]:
    """
    The *parts*; while one is in use, the next two are made in a green thread of their
    own. Closed before their end, it makes no more of them.
    """
    ready = LightQueue(1)

    def make() -> None:
        try:
            for part in parts:
                ready.put((part, None))
            ready.put((None, None))
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001 - raised where a part is asked for
            ready.put((None, error))

    maker = eventlet.spawn(make)
    try:
        while (made := ready.get()) != (None, None):
            part, error = made
            if error is not None:
                raise error
            yield part
    finally:
        maker.kill()
        with suppress(GreenletExit):
            maker.wait()
        parts.close()
