"""
Extension, pause, override and release: signed records, the only ways to move a clock.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment.domain import facts
from services.assignment.domain.duties import adjustments
from services.assignment.domain.duties.adjustments import Signed
from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.facts import Fact
from services.assignment.endpoints.duties import DeadlineDoor
from services.assignment.schemas import cases, duties
from services.assignment.store import Duties, Matters
from shared.errors import Fault, reject_if
from shared.policy.duties import DutyRule
from shared.policy.programme import UnknownPart
from shared.web.auth import require_office
from shared.web.endpoint import CLERKS, LEADERS, REVIEWERS, Call, api


class AdjustmentDoor(DeadlineDoor):
    """
    延期、中止、另定期限、解除.
    """

    @api(
        "POST",
        "/duties/<path:duty>/extensions",
        roles=LEADERS,
        body=duties.ExtensionBody,
        answer=cases.DutyView,
        status=201,
    )
    def extend(self, call: Call) -> dict[str, Any]:
        """
        Grant more days, within the rule's cap and before the due day (TL-07, A-38).
        """
        duty, rule, signed = self._opened(call)
        faults = adjustments.extension_faults(
            signed,
            duty,
            rule,
            Matters(call.session).facts(duty.number),
            calendar=self.calendar,
            directory=self.directory,
        )
        if rule and rule.extension and rule.extension.by == "hub":
            require_office(call.who, self._hub(duty), self.directory, call.today)
        return self._sign(call, facts.EXTENDED, duty, signed, list(faults))

    @api(
        "POST",
        "/duties/<path:duty>/pauses",
        roles=CLERKS,
        body=duties.AdjustmentBody,
        answer=cases.DutyView,
        status=201,
    )
    def pause(self, call: Call) -> dict[str, Any]:
        """
        Stop a clock, as for the time of a hearing (A-37).
        """
        duty, rule, signed = self._opened(call)
        faults = [
            *adjustments.pause_faults(duty, rule),
            *adjustments.pause_late(signed, duty),
        ]
        return self._sign(call, facts.PAUSED, duty, signed, faults)

    @api(
        "POST",
        "/duties/<path:duty>/resumptions",
        roles=CLERKS,
        body=duties.AdjustmentBody,
        answer=cases.DutyView,
        status=201,
    )
    def resume(self, call: Call) -> dict[str, Any]:
        """
        Let a stopped clock go on: the days between are not counted.
        """
        duty, _, signed = self._opened(call)
        faults = [*adjustments.resumption_faults(signed, duty)]
        return self._sign(call, facts.UNPAUSED, duty, signed, faults)

    @api(
        "POST",
        "/duties/<path:duty>/overrides",
        roles=LEADERS,
        body=duties.OverrideBody,
        answer=cases.DutyView,
        status=201,
    )
    def override(self, call: Call) -> dict[str, Any]:
        """
        Set another due day, as the office that handed the case over asks (JZ-22).
        """
        duty, rule, signed = self._opened(call)
        faults = [
            *adjustments.override_faults(signed, duty, rule),
            *adjustments.not_from_above(signed, duty, self._hub(duty)),
        ]
        return self._sign(call, facts.OVERRIDDEN, duty, signed, faults)

    @api(
        "POST",
        "/duties/<path:duty>/releases",
        roles=REVIEWERS,
        body=duties.AdjustmentBody,
        answer=cases.DutyView,
        status=201,
    )
    def release(self, call: Call) -> dict[str, Any]:
        """
        Let a duty go undone, with the reason.
        """
        duty, _, signed = self._opened(call)
        faults = [
            *adjustments.release_faults(duty),
            *adjustments.not_from_above(signed, duty, self._hub(duty)),
        ]
        return self._sign(call, facts.WAIVED, duty, signed, faults)

    def _hub(self, duty: Duty) -> str:
        return self.programmes.get(duty.programme).hub

    def _opened(self, call: Call) -> tuple[Duty, DutyRule | None, Signed]:
        """
        The duty as it stands once its matter is ours alone, its rule, the record.
        """
        number = self.duty_of(call).number
        Matters(call.session).lock(number)
        duty = self.duty_of(call)
        body = call.body
        office = body.get("by_office") or call.who.office
        require_office(call.who, office, self.directory, call.today)
        try:
            rule = self.programmes.get(duty.programme).duty_rule(duty.kind)
        except UnknownPart:
            rule = None  # An office's paper: no rule moves it.
        return duty, rule, Signed(**{**body, "by_office": office})

    def _sign(
        self, call: Call, kind: str, duty: Duty, signed: Signed, faults: list[Fault]
    ) -> dict[str, Any]:
        """
        Keep the record, if nothing is wrong with it, and count anew.
        """
        general = adjustments.in_order(signed, duty, self.directory, call.today)
        reject_if([*general, *faults])
        identity = str(uuid7())
        fact = Fact(kind, signed.on, adjustments.record(signed, duty, identity))
        self.add_fact(call.session, duty.number, identity, fact)
        (shown,) = self.shown([Duties(call.session).get(duty.id) or duty], call)
        return shown
