"""
What a programme asks of whatever is registered at an office, or corrected of it.
"""

from __future__ import annotations

from datetime import date

from services.intake.casework.forms import form_of
from services.intake.domain.petitions.registering import RegistrationRules
from shared.policy.programme import Programme


def registration_rules(
    programme: Programme, received_on: date, office_kind: str
) -> RegistrationRules:
    """
    The rules of a *programme* for what an office of a kind received on a day.
    """
    return RegistrationRules(
        words=programme.words,
        group_visits=programme.group_visits_on(received_on, office_kind),
        progress_only=programme.progress_only,
        earliest=form_of(programme.form).earliest_date,
    )
