"""
Payment, once and in full: by a voucher, or by a file that the finance office confirms.

However often a file is sent, confirmed or corrected, the net payment is nothing or the
amount granted; anything else is shown as a difference.
"""
