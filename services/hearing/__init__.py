"""
Hearing 公开听证: whether a case gets one and why, notice, members, sitting, result.

Keeps every decision with its reason (PY-28), also those later replaced. Who leads the
case and how it closes is assignment's; counting hearings is reporting's.
"""
