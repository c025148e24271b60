"""`flask standards …`"""

import click
from flask.cli import AppGroup

from portal.db import db
from portal.standards import operations

commands = AppGroup("standards", help="The register of service standards and the working calendar.")


@commands.command("seed-calendar")
def seed_calendar() -> None:
    """Bring national holidays and make-up workdays up to those of the installed chinesecalendar."""
    changed = operations.seed_calendar()
    db.session.commit()
    click.echo(f"{changed} calendar days added or changed.")
