"""
What assignment announces, by subject; each module ends with an example of its events.
"""

from services.assignment.events import (
    batches,
    closings,
    documents,
    duties,
    endings,
    escalation,
    leaders,
    look_back,
    moves,
    units,
    working,
)
from services.assignment.events.batches import *
from services.assignment.events.closings import *
from services.assignment.events.documents import *
from services.assignment.events.duties import *
from services.assignment.events.endings import *
from services.assignment.events.escalation import *
from services.assignment.events.leaders import *
from services.assignment.events.look_back import *
from services.assignment.events.moves import *
from services.assignment.events.units import *
from services.assignment.events.working import *
from shared.events import Event

EXAMPLES: tuple[Event, ...] = (  # type: ignore[no-redef] # of all subjects
    *batches.EXAMPLES,
    *closings.EXAMPLES,
    *documents.EXAMPLES,
    *duties.EXAMPLES,
    *endings.EXAMPLES,
    *escalation.EXAMPLES,
    *leaders.EXAMPLES,
    *look_back.EXAMPLES,
    *moves.EXAMPLES,
    *units.EXAMPLES,
    *working.EXAMPLES,
)
