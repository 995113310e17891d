"""
Endpoints of cases: ledgers, proposals, enrolments, matching and exports.
"""
