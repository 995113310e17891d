"""
Who leads a case and by which rules; units, checklists and workload.
"""
