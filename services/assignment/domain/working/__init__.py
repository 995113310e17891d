"""
How a case is worked: the demand that is fixed, the plan, the report of its progress.
"""
