"""`/healthz`: green or red, for the one who watches the machine."""

from flask import Response, jsonify

from portal import access
from portal.admin import health
from portal.admin.routes import area


@area.get("/healthz")
@access.public
def healthz() -> tuple[Response, int]:
    parts = health.parts()
    ok = all(part.ok for part in parts)
    shown = {part.name: {"ok": part.ok} | ({} if part.age is None else {"age": part.age}) for part in parts}
    return jsonify(ok=ok, parts=shown), 200 if ok else 503
