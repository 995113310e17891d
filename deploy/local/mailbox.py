"""
An SMTP server on loopback that keeps each mail as a file; no mail leaves the machine.

`faults.json` in its folder makes it refuse recipients, as a real server would:
{"refuse": ["a@b.invalid"], "code": 451, "times": 2}; without "times" it always does.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

FAULTS = "faults.json"


class Keeper:
    """
    Takes mails for anybody and writes each to a file of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._counter = itertools.count(1)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: Any,
        _session: Any,
        envelope: Any,
        address: str,
        _options: list[str],
    ) -> str:
        refusal = self._refusal(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        name = f"{stamp}-{next(self._counter):04d}.eml"
        head = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes(head.encode() + envelope.original_content)
        unfinished.rename(self.folder / name)
        return f"250 kept as {name}"

    def _refusal(self, address: str) -> str | None:
        file = self.folder / FAULTS
        if not file.exists():
            return None
        faults = json.loads(file.read_text(encoding="utf-8"))
        times_left = faults.get("times")
        if address not in faults["refuse"] or times_left == 0:
            return None
        if times_left is not None:
            changed = file.with_suffix(".new")
            changed.write_text(json.dumps(faults | {"times": times_left - 1}))
            changed.replace(file)
        return f"{faults.get('code', 451)} refused on purpose"


async def serve(port: int, folder: Path) -> None:
    """
    Serve until told to stop.
    """
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="mailbox.invalid", enable_SMTPUTF8=True),
        "127.0.0.1",
        port,
    )
    async with server:
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.dir))


if __name__ == "__main__":
    main()
