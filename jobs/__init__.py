"""Everything that runs later or beside the web: one thin file of jobs per area, and the processes that run them."""

import logging


def log_as(name: str) -> None:
    """Let this process write its log under its name."""
    logging.basicConfig(format=f"%(asctime)s {name}: %(message)s", level=logging.INFO, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells each step of loading itself
