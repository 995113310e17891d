"""
Payment, once and in full: by a voucher, or by a file that the finance office confirms.

Whatever is sent, confirmed or corrected again, what was paid net of what came back is
nothing or the amount granted; the rest is shown as a difference.
"""
