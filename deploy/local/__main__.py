"""
The system on this machine from the command line: up, down, clean, status, logs, env.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from datetime import date
from pathlib import Path

from deploy.local.packages import MissingServersError, StackError
from deploy.local.stack import PROCESSES, ROOT, Stack
from shared.policy.current import every_programme


def main() -> int:
    options = parser().parse_args()
    stack = Stack.at(folder_of(options), options.port_base, say=_say)
    try:
        return _COMMANDS[options.command](stack, options)
    except MissingServersError as missing:
        print(missing, file=sys.stderr)
        return 2
    except StackError as wrong:
        print(wrong, file=sys.stderr)
        return 1


def folder_of(options: argparse.Namespace) -> Path:
    """
    The folder of the system that is meant: each port base has one of its own.
    """
    if options.var is not None:
        return Path(options.var)
    return ROOT / "var" / str(options.port_base or "")


def _up(stack: Stack, options: argparse.Namespace) -> int:
    if options.business_day is not None:
        stack.set_business_day(options.business_day)
    stack.up()
    for name in PROCESSES:
        print(f"  {name:<12}{stack.url(name)}")
    print(f"  mail        {stack.mail}")
    if not os.environ.get("PROGRAMMES"):
        codes = ", ".join(every_programme().programmes.codes)
        print(f"no programme runs: set PROGRAMMES to `all` or to some of {codes}")
    return 0


def _down(stack: Stack, _arguments: argparse.Namespace) -> int:
    stack.down()
    return 0


def _clean(stack: Stack, options: argparse.Namespace) -> int:
    if options.demonstration:
        stack.refuse_foreign_data()
    replaced = options.demonstration and stack.is_demonstration
    if stack.is_in_use and not replaced and not _is_agreed(stack):
        raise StackError(
            f"{stack.var} holds a system in use; nothing was removed. To remove it"
            " with all its data, give the same command with FORCE=1 before it."
        )
    stack.clean()
    return 0


def _is_agreed(stack: Stack) -> bool:
    """
    Whether a person wants the system removed: FORCE=1, or the answer at a terminal.
    """
    if os.environ.get("FORCE", "0") not in {"", "0"}:
        return True
    if not sys.stdin.isatty():
        return False
    answer = input(f"Remove the system in {stack.var} with all its data? [y/N] ")
    return answer.strip().lower() in {"y", "yes"}


def _status(stack: Stack, _arguments: argparse.Namespace) -> int:
    """
    Exit code 0 when everything that was started is ready.
    """
    names = stack.processes.names()
    states = {name: _state(stack, name) for name in names}
    for name, state in states.items():
        print(f"  {name:<12}{state}")
    if not names:
        print("nothing is running")
    return 0 if names and set(states.values()) == {"ready"} else 1


def _state(stack: Stack, name: str) -> str:
    if not stack.running(name):
        return "ended"
    return "ready" if name == "epmd" or stack.ready(name) else "not ready"


def _logs(stack: Stack, options: argparse.Namespace) -> int:
    for log in sorted((stack.var / "log").glob("*.log")):
        if not options.names or log.stem in options.names:
            print(stack.log_tail(log.stem, options.lines))
    return 0


def _env(stack: Stack, _arguments: argparse.Namespace) -> int:
    if not stack.has_data:
        raise StackError(f"{stack.var} holds no system: start one with make up.")
    for name, value in stack.environment().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def parser() -> argparse.ArgumentParser:
    command_line = argparse.ArgumentParser(
        prog="python -m deploy.local", description=__doc__
    )
    command_line.add_argument("--var", type=Path, help="default: var, var/PORT_BASE")
    command_line.add_argument(
        "--port-base",
        type=int,
        default=os.environ.get("PORT_BASE") or None,
        help="ports from this one on; default: PORT_BASE",
    )
    commands = command_line.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the system")
    up.add_argument("--business-day", type=date.fromisoformat, metavar="2020-11-01")
    commands.add_parser("down", help="stop what was started")
    clean = commands.add_parser("clean", help="stop it and remove its data")
    clean.add_argument(
        "--demonstration",
        action="store_true",
        help="replace a demonstration, also one that runs; refuse anything else",
    )
    commands.add_parser("status", help="what runs and is ready")
    logs = commands.add_parser("logs", help="the end of each log")
    logs.add_argument("names", nargs="*")
    logs.add_argument("--lines", type=int, default=20)
    commands.add_parser("env", help='settings for a shell: eval "$(... env)"')
    return command_line


_COMMANDS = {
    "up": _up,
    "down": _down,
    "clean": _clean,
    "status": _status,
    "logs": _logs,
    "env": _env,
}

if __name__ == "__main__":
    raise SystemExit(main())
