"""The people area's jobs: reading and applying a roster, and the sweep that finds what was left lying."""

from portal.people.roster import operations


def read_roster(run_id: int) -> None:
    operations.read_run(run_id)


def apply_roster(run_id: int) -> None:
    operations.apply_run(run_id)


def sweep_roster() -> None:
    """Every minute, see jobs/schedule.py."""
    operations.sweep()
