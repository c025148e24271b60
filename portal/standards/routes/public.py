"""What an estate promises its residents, for everyone to read and to print (COM-11)."""

from flask import abort, render_template

from portal.access import public as open_to_all
from portal.people.queries import community_by_code
from portal.standards import queries
from portal.standards.register import SECTIONS
from portal.standards.routes import area


@area.get("/standards/public/<string:community_code>")
@open_to_all
def public(community_code: str) -> str:
    """The standards that concern residents, in both languages."""
    place = community_by_code(community_code) or abort(404)
    rows = [row for row in queries.standards_for(place.id).values() if row.standard.for_residents]
    sections = {name: [row for row in rows if row.standard.section == name] for name in SECTIONS}
    return render_template(
        "standards/public.html",
        place=place,
        sections={name: rows for name, rows in sections.items() if rows},
        SECTIONS=SECTIONS,
        known_until=queries.calendar_known_until(),
    )
