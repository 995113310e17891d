"""
One service in one process: `python -m shared.service.run intake`.

Patches first, then imports, so that whatever waits lets the other green threads run.
"""

# ruff: noqa: E402
from __future__ import annotations

import gc

gc.disable()  # until all is loaded: next to none of it is garbage

import eventlet

eventlet.monkey_patch()

import importlib
import os
import signal
import sys
import threading

from eventlet.patcher import original
from nameko import config
from nameko.runners import ServiceRunner
from sqlalchemy.exc import DBAPIError

from shared import telemetry
from shared.messaging.consumer import stop_consuming
from shared.policy.current import current_policy
from shared.service.arenas import share_arenas
from shared.service.base import Service
from shared.settings import KEYS_OF, SERVICES, settings
from shared.storage.database import transaction
from shared.storage.key_checks import key_faults
from shared.telemetry import configure_logging
from shared.web.readiness import keys_of
from shared.web.server import ApiServer
from shared.yaml.load import ConfigurationError

_SWITCH_SECONDS = 0.0005  # Python's own is ten times as long
_YOUNG = 10_000  # new objects until the collector looks at them; Python's own: 700


def main(service: str) -> None:
    """
    Run *service* until SIGTERM or SIGINT; in-flight work is finished first.
    """
    if service not in SERVICES:
        sys.exit(f"no service {service!r}; there are {', '.join(SERVICES)}")
    own = KEYS_OF.get(service, ())
    if own:
        own = (*own, "DOCUMENTS_FOLDER")
    settings.require("AMQP_URI", f"{service.upper()}_DATABASE_URL", "JWKS", *own)
    configure_logging(service)
    share_arenas()
    # Threads that write workbooks give way quickly to the one that serves everybody.
    sys.setswitchinterval(_SWITCH_SECONDS)
    address = f"{settings['HTTP_HOST']}:{settings.port(service)}"
    config.setup(
        {
            "AMQP_URI": settings["AMQP_URI"],
            "WEB_SERVER_ADDRESS": address,
            "max_workers": settings.integer("MAX_WORKERS"),
        }
    )
    service_class = prepared(service)
    _refuse_wrong_keys(service_class)
    _keep_what_is_loaded()
    runner = ServiceRunner()
    runner.add_service(service_class)
    _stop_on_signal(runner)
    runner.start()
    runner.wait()


def _keep_what_is_loaded() -> None:
    """
    Exempt from garbage collection what stays anyway: modules, statements, policies. It
    would look at all of that again and again, with everything else waiting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    gc.enable()


def prepared(service: str) -> type[Service]:
    """
    The class of *service*, with all that it reads from files already read.

    Ends the process with the faults of files that cannot be used, rather than
    dead-lettering every event that comes.
    """
    module = importlib.import_module(f"services.{service}.service")
    service_class: type[Service] = module.SERVICE
    try:
        programmes = current_policy().programmes.codes
        service_class.prepare()
    except ConfigurationError as error:
        sys.exit(str(error))
    telemetry.PROGRAMMES.set(len(programmes))
    if not programmes:
        telemetry.log().warning("no_programme_runs", setting="PROGRAMMES is empty")
    return service_class


def _refuse_wrong_keys(service_class: type[Service]) -> None:
    """
    End the process if it would seal with other keys than the data is sealed with.

    While the database is away nothing is known: then readiness says it later.
    """
    try:
        keys = keys_of(service_class.name)
        with transaction(service_class.name) as session:
            faults = key_faults(session, service_class.tables["key_checks"], *keys)
    except ValueError as error:
        sys.exit(str(error))
    except DBAPIError as error:
        telemetry.log().warning("database_unavailable", error=str(error.orig)[:300])
        return
    if faults:
        sys.exit("; ".join(faults))


def _stop_on_signal(runner: ServiceRunner) -> None:
    def stop() -> None:
        ApiServer.running.drain()
        runner.stop()

    def handle(_signal: int, _frame: object) -> None:
        _end_by_deadline()
        stop_consuming()
        eventlet.spawn_n(stop)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, handle)


def _end_by_deadline() -> None:
    """
    A native thread that ends the process if stopping takes too long.

    Work cut off so is redelivered or retried; a process that hangs blocks the next.
    """
    sleep = original("time").sleep

    def end() -> None:
        sleep(settings.integer("STOP_SECONDS"))
        os._exit(1)

    original("threading").Thread(target=end, daemon=True).start()


if __name__ == "__main__":
    threading.current_thread().name = "main"
    main(sys.argv[1])
