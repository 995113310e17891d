"""
Run by alembic for the history of each service.
"""

from shared.storage.migrations import run_environment

run_environment()
