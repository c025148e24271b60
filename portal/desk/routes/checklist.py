"""Ready before the desk opens (CASE-16): tick, untick; managers keep the items."""

from flask import flash, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import Right, needs
from portal.db import db
from portal.desk import checklist as verbs
from portal.desk import queries
from portal.desk.forms import GROUPS, ItemForm
from portal.desk.models import ChecklistItem, Group
from portal.desk.routes import area
from portal.people.rights import actor, current_community, current_user, find
from portal.web import answer, go, is_fragment

Page = str | tuple[str, int] | Response
DAYS_SHOWN = 14


@area.get("/desk/checklist")
@needs(Right.CHECKLIST)
def checklist() -> Page:
    days = queries.recent_days(current_community(), verbs.today(), DAYS_SHOWN)
    return answer("desk/checklist.html", "desk/_today.html", today=days[0], days=days[1:], GROUPS=GROUPS)


@area.post("/desk/checklist/start")
@needs(Right.CHECKLIST)
def start_checklist() -> Page:
    verbs.start(current_community(), actor())
    db.session.commit()
    return go("desk.checklist")


@area.post("/desk/checklist/<int:item_id>/tick")
@needs(Right.CHECKLIST)
def tick(item_id: int) -> Page:
    verbs.tick(find(ChecklistItem, item_id, Right.CHECKLIST), current_user())
    db.session.commit()
    return _today()


@area.post("/desk/checklist/<int:item_id>/untick")
@needs(Right.CHECKLIST)
def untick(item_id: int) -> Page:
    verbs.untick(find(ChecklistItem, item_id, Right.CHECKLIST), current_user())
    db.session.commit()
    return _today()


@area.route("/desk/checklist/items", methods=["GET", "POST"])
@needs(Right.STANDARD_SET)
def items() -> Page:
    form = ItemForm()
    if form.validate_on_submit():
        verbs.add_item(current_community(), Group(form.group.data), str(form.text.data), actor())
        db.session.commit()
        flash(gettext("已加进清单，从今天起要检查。"))
        return go("desk.items")
    return _items(form)


@area.post("/desk/checklist/items/<int:item_id>/wording")
@needs(Right.STANDARD_SET)
def reword_item(item_id: int) -> Page:
    item = find(ChecklistItem, item_id, Right.STANDARD_SET)
    form = ItemForm(data={"group": item.group})
    if not form.text.validate(form):
        flash(gettext("没有改：请写要检查什么，不超过 120 个字。"), "error")
        return go("desk.items")
    verbs.reword(item, str(form.text.data), actor())
    db.session.commit()
    flash(gettext("已改好。"))
    return go("desk.items")


@area.post("/desk/checklist/items/<int:item_id>/retirement")
@needs(Right.STANDARD_SET)
def retire_item(item_id: int) -> Page:
    verbs.retire(find(ChecklistItem, item_id, Right.STANDARD_SET), actor())
    db.session.commit()
    flash(gettext("从今天起不再检查这一项；以前的记录都在。"))
    return go("desk.items")


def _today() -> Page:
    if not is_fragment():
        return go("desk.checklist")
    day = queries.checklist(current_community(), verbs.today())
    return render_template("desk/_today.html", today=day, GROUPS=GROUPS)


def _items(form: ItemForm) -> Page:
    rows = queries.items_in_use(current_community().id)
    page = render_template("desk/items.html", form=form, items=rows, GROUPS=GROUPS)
    return (page, 422) if form.errors else page
