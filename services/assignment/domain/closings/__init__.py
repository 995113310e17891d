"""
Reports that a case is closed: submission, signatures, review, reopening.
"""
