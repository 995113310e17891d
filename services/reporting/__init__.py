"""
Reporting 统计·报送: the measure ledger, figures, signed returns and their delivery.

Counts what the other four announce. It decides nothing about a case, asks nobody
back, and knows a person only as a keyed hash.
"""
