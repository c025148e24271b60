"""What is sent about a roster: the file, and the yes to what it would do."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField


class RosterForm(FlaskForm):
    file = FileField(
        _("名册文件"),
        [FileRequired(_("请先选择一个 .xlsx 或 .csv 文件。"))],
        description=_("列的顺序不限，表头照平时的写法即可；标题行、空行、合计行会自动跳过。最大 24 MB。"),
    )


class ApplyForm(FlaskForm):
    skip_bad = BooleanField(_("跳过没法导入的行，导入其余的"))
