"""
`jianjian push`: sends a ledger over a line that may be poor, follows its import, and
brings the bad rows back.
"""

from shared.cli.pushing.sending import ExitCode, push, send_spooled

__all__ = ["ExitCode", "push", "send_spooled"]
