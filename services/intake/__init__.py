"""
Intake 受理: takes petitions and ledgers in, gives birth to cases, records replies.

Finds duplicates and merges them. It does not name leaders, does not count what
is owed (assignment), and is the only service that can read a petitioner's name.
"""

import os

# Names are read character by character: pypinyin's phrases would only take 44 MB and a
# sixth of a second of each start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "yes")
