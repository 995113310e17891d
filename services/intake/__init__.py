"""
Intake 受理: takes petitions and ledgers in, gives birth to cases, records replies.

Finds duplicates and merges them. It does not name leaders, does not count what
is owed (assignment), and is the only service that can read a petitioner's name.
"""
