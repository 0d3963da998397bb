"""Conflicts of interest in routing: flow that follows payment, flow that chases a tier, hops that help nobody."""

from bestexec.verdicts.steering.chasing import CHASED, chasing
from bestexec.verdicts.steering.interposed import INTERPOSED, interposition
from bestexec.verdicts.steering.judging import STEERED, steering
from bestexec.verdicts.steering.payments import IN_FORCE, of_received, of_schedule
from bestexec.verdicts.steering.quality import quality, unmoved_by_payments

__all__ = [
    "CHASED", "INTERPOSED", "IN_FORCE", "STEERED", "chasing", "interposition", "of_received", "of_schedule", "quality", "steering", "unmoved_by_payments",
]  # fmt: skip
