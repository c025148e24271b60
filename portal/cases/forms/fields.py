"""Fields and a base form that the pages about cases share."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO, ClassVar, cast

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import DataRequired, Length, StopValidation

from portal import clock, files
from portal.clock import CHINA
from portal.people import queries as people

PHOTOS_AT_ONCE = 6


def strip(text: str | None) -> str:
    return (text or "").strip()


class ActForm(FlaskForm):
    """A form that stands on a page with others: `key` tells its fields' ids apart. CSRF is asked of every POST."""

    class Meta:
        csrf = False

    key: ClassVar[str] = "form"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"{self.key}-{field.name}"

    def refuse(self, words: str) -> None:
        """An error of the whole form."""
        self.form_errors.append(words)


class LocalTimeField(DateTimeLocalField):  # type: ignore[misc]
    """A time on the estate's wall clock; `data` is an aware instant."""

    def process_data(self, value: datetime | None) -> None:
        self.data = clock.local(value).replace(tzinfo=None) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data:
            self.data = self.data.replace(tzinfo=CHINA)


class PhotosField(MultipleFileField):  # type: ignore[misc]
    """Photos; after validation `pictures` holds them drawn anew."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"accept": "image/jpeg,image/png,image/webp", "multiple": True})
        super().__init__(label or _("照片"), [self._read], **kwargs)
        self.pictures: list[files.Picture] = []

    def _read(self, _form: FlaskForm, _field: Any) -> None:
        uploads = [one for one in self.data or [] if isinstance(one, FileStorage) and one.filename]
        if len(uploads) > PHOTOS_AT_ONCE:
            raise StopValidation(str(_("一次最多 6 张照片。")))
        try:
            self.pictures = [files.read_photo(cast("BinaryIO", one.stream)) for one in uploads]
        except files.RefusedPhotoError as refused:
            raise StopValidation(str(refused.words)) from refused


def text(label: Any, missing: Any = None, *, most: int = 2000, rows: int = 3, **kwargs: Any) -> TextAreaField:
    """Several lines; required where `missing` says what to write."""
    rules = [DataRequired(missing)] if missing else []
    return TextAreaField(label, [*rules, Length(max=most)], filters=[strip], render_kw={"rows": rows}, **kwargs)


def line(label: Any, missing: Any = None, *, most: int = 120, **kwargs: Any) -> StringField:
    """One line; required where `missing` says what to write."""
    rules = [DataRequired(missing)] if missing else []
    return StringField(label, [*rules, Length(max=most)], filters=[strip], **kwargs)


class OneOf:
    """A rule: one of the field's choices, else these words. (The library would say it in its own.)"""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, _form: FlaskForm, field: Any) -> None:
        groups = field.choices.values() if isinstance(field.choices, dict) else [field.choices]
        if field.data not in [value for group in groups for value, *_rest in group]:
            raise StopValidation(str(self.words))


def radio(label: Any, missing: Any, choices: Any = (), **kwargs: Any) -> RadioField:
    """One of several, seen at once; `missing` says what to choose."""
    return RadioField(label, [OneOf(missing)], choices=list(choices), validate_choice=False, **kwargs)


def pick(label: Any, choices: Any = (), missing: Any = None, **kwargs: Any) -> SelectField:
    """One of a list."""
    rules = [OneOf(missing or _("请从列表里选一项。"))]
    return SelectField(label, rules, choices=list(choices), validate_choice=False, **kwargs)


def as_number(value: Any) -> int:
    """A row's id from a list; 0, which no row has, for anything else."""
    return int(value) if str(value).isdecimal() else 0


def pairs(words: dict[Any, Any], keys: Iterable[Any] | None = None) -> list[tuple[str, Any]]:
    """Choices from a dict of words, all or those of `keys`."""
    return [(str(key), words[key]) for key in (keys or words)]


def the_unit(community_id: int, said: str) -> Any:
    """The one unit that the text names; StopValidation says what to write where it names none or several."""
    units = people.find_unit(community_id, said)
    if not units:
        raise StopValidation(str(_("没有找到这个房号，请按“3-1204”这样写。")))
    if len(units) > 1:
        several = "、".join(unit.code for unit in units[:3])
        raise StopValidation(str(_("这个房号有几处（%(several)s），请写上楼栋。", several=several)))
    return units[0]
