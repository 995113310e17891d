"""
What hearing decides: pure functions over typed values, one module a step.

Days, posts and the programme's terms are arguments. What has happened is never in the
future; only the day of a sitting may be.
"""
