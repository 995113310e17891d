"""
Aid 司法救助: application, decision within the cap, payment once.

Knows a person only as a keyed hash with the last four of the identity number. The
10-working-day clock is assignment's; distinct persons and sums are reporting's.
"""
