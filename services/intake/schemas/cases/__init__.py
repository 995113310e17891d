"""
Schemas of cases: proposals, enrolments, matching and exports.
"""
