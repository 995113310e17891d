"""
What each event adds to the measure ledger: signed entries, without queries or a clock.

Entries commute, so events may arrive late, twice over the bus or in any order.
`figures` computes rates and returns from their sums. `rules` is the table of events;
what each posts stands in a module by subject.
"""
