"""
Returns and notices as documents: workbook, page and mail.
"""
