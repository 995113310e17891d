"""
What each service that reads events of others does with them, in one transaction.
"""

from __future__ import annotations

from importlib import import_module

READERS = {
    name: import_module(f"services.{name}.casework.received").record_received
    for name in ("assignment", "hearing", "aid", "reporting")
}
