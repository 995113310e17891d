"""
How a petition stands, as a citizen is told.
"""

from services.intake.domain.petitions.progress import Progress
from shared.records.views import view_of

ProgressView = view_of(Progress)
