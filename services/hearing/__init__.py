"""
Hearing 公开听证: whether a case gets one and why, its plan, members, notices, sitting,
opinion and results.

Keeps every decision with its reason (PY-28), also those later replaced; of hearing
members the office's own numbers, never names. Who leads the case and how it closes is
assignment's; counting hearings is reporting's.
"""
