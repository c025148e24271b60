"""From the answers at the kiosk to what `cases.operations.receive` takes, and to what the person checks."""

from typing import Any

from flask_babel import gettext

from portal.cases.kinds import KINDS
from portal.cases.operations import Caller
from portal.kiosk.places import PLACES
from portal.people.models import Person
from portal.people.queries import people_by_phone, people_in_unit

TITLE = 40


def request_of(kind: str, community_id: int, answers: dict[str, str], language: str) -> dict[str, Any]:
    """The arguments for `receive`, in the words of staff."""
    unit_id = int(answers["unit"]) if answers.get("where") == "home" else None
    return {
        "caller": _caller(community_id, unit_id, answers, language),
        "unit_id": unit_id,
        "title": _title(kind, answers),
        "detail": answers.get("words", ""),
        "category": answers.get("what"),
        "urgent": is_urgent(kind, answers),
        "place": _place(answers),
    }


def is_urgent(kind: str, answers: dict[str, str]) -> bool:
    phrase = KINDS[kind].phrase(answers.get("what"))
    return KINDS[kind].may_be_urgent and (bool(phrase and phrase.urgent) or answers.get("urgent") == "yes")


def _title(kind: str, answers: dict[str, str]) -> str:
    phrase, words = KINDS[kind].phrase(answers.get("what")), answers.get("words", "")
    if phrase and phrase.key != "other":
        return phrase.zh
    return words if len(words) <= TITLE else words[: TITLE - 1] + "…"


def _place(answers: dict[str, str]) -> str | None:
    place = PLACES.get(answers.get("place", ""))
    if answers.get("where") != "public" or place is None:
        return None
    building = answers.get("building", "") if "building" in answers else ""
    return f"{building} {place.staff}".strip()


def _caller(community_id: int, unit_id: int | None, answers: dict[str, str], language: str) -> Caller:
    """Whom to tell. Known by the number, and then with the address for mail; a home's only if they live there."""
    phone = answers.get("phone") if answers.get("contact") != "no" else None
    name = answers.get("name", "") if phone else ""
    person = _known(community_id, unit_id, phone)
    if person is None:
        return Caller(name or (gettext("住户") if phone else gettext("匿名")), phone, language=language)
    return Caller(name or person.name, phone, person.email, person.id, language)


def _known(community_id: int, unit_id: int | None, phone: str | None) -> Person | None:
    if not phone:
        return None
    people = people_by_phone(community_id, phone)
    if unit_id is not None:
        here = {person.id for person in people_in_unit(unit_id)}
        people = [person for person in people if person.id in here]
    return people[0] if len(people) == 1 else None


def said_back(kind: str, answers: dict[str, str], language: str) -> dict[str, str]:
    """Each answer as the person reads it on the check page, by step."""
    phrase, place = KINDS[kind].phrase(answers.get("what")), PLACES.get(answers.get("place", ""))
    yes_no = {
        "where": {"home": gettext("我家里"), "public": gettext("公共区域"), "none": gettext("说不清地点")},
        "urgent": {"yes": gettext("是，很急"), "no": gettext("不是")},
        "contact": {"yes": gettext("要，留电话"), "no": gettext("不用，匿名")},
    }
    shown = {key: yes_no.get(key, {}).get(value, value) for key, value in answers.items()}
    if phrase:
        shown["what"] = phrase.said(language)
    if place:
        shown["place"] = str(place.label)
    if not shown.get("building", "-"):
        shown["building"] = gettext("说不清")
    return shown
