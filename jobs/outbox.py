"""The outbox's jobs: rung for when something is due, and the sweep that needs no bell."""

from portal.outbox import delivery
from portal.outbox import sweep as sweeping


def deliver(urgent: bool = False) -> None:
    """Send what is due; `urgent`: emergencies only, for the worker that is kept free for them."""
    delivery.deliver(urgent)


def sweep() -> None:
    """Every five seconds, see jobs/schedule.py."""
    sweeping.sweep()
