"""What is told about a roster, in the reader's language. Files and rows keep a code and its data only."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from portal.people.models import ImportLine, ImportRun

WORDS = {
    # the file
    "empty": lazy_gettext("文件是空的。请换一个文件再上传。"),
    "old-excel": lazy_gettext("这是旧版 .xls 文件，或者加了密码。请在 Excel 里另存为不带密码的 .xlsx 再上传。"),
    "not-workbook": lazy_gettext("打不开这个文件：它不是完整的 .xlsx 或 .csv。请重新导出一份再上传。"),
    "not-text": lazy_gettext("看不懂这个 CSV 的文字编码。请另存为 UTF-8 或 .xlsx 再上传。"),
    "too-big": lazy_gettext("文件展开后太大。请分成几个文件上传。"),
    "too-long": lazy_gettext("文件超过 %(most)s 行。请分成几个文件上传。"),
    "no-header": lazy_gettext("没有找到表头：需要有“房号”一列和至少另外一列（如姓名、电话、面积）。"),
    "no-rows": lazy_gettext("表头下面没有内容。请检查文件后再上传。"),
    "file-gone": lazy_gettext("上传的文件已按规定删除，请重新上传。"),
    "died": lazy_gettext("处理这个文件时几次中断，已停止；名册没有任何改动。请把文件分成几份再试，或联系管理员。"),
    "unexpected": lazy_gettext("导入时出了意外，名册没有任何改动。请重新上传；还不行请联系管理员。"),
    # a cell
    "building-missing": lazy_gettext("缺少楼栋：既没有楼栋列，房号里也看不出是哪一栋。"),
    "room-missing": lazy_gettext("缺少房号。"),
    "room": lazy_gettext("看不懂房号“%(said)s”。可以写成 3-1-1204 或 3栋1单元1204。"),
    "area": lazy_gettext("面积应是大于 0 的平方米数。"),
    "floor": lazy_gettext("楼层应是整数。"),
    "date": lazy_gettext("日期看不懂。可以写成 2020-01-05 或 2020年1月5日。"),
    "relation": lazy_gettext("不认识的身份“%(said)s”。请写业主、租户或家属。"),
    "name-missing": lazy_gettext("有电话或证件，却没有姓名。"),
    "name-long": lazy_gettext("姓名超过 80 个字。"),
    "name-number": lazy_gettext("姓名里只有数字，可能填错了列。"),
    "phone": lazy_gettext("第 %(position)s 个号码（%(number)s）不是有效的电话。座机请写上区号。"),
    "phone-rounded": lazy_gettext("表格把电话变成了科学计数，末几位已经丢失。请把该列设为文本后重填。"),
    "document-length": lazy_gettext("证件号的位数或格式不对。"),
    "document-region": lazy_gettext("身份证号开头的地区代码不存在。"),
    "document-birthday": lazy_gettext("身份证号里的出生日期不存在。"),
    "document-check": lazy_gettext("证件号的校验位不对，可能抄错了一位。"),
    "document-rounded": lazy_gettext("表格把证件号当数字保存，末几位已经丢失。请把该列设为文本后重填。"),
    "email": lazy_gettext("邮箱的写法不对。"),
    # warnings
    "column-unknown": lazy_gettext("不认识这一列，没有导入。"),
    "no-names": lazy_gettext("没有姓名列，只导入房屋。"),
    "sheet-skipped": lazy_gettext("工作表“%(sheet)s”里没有表头，已跳过。"),
    "duplicate": lazy_gettext("与第 %(row)s 行是同一人或同一套房，已合并。"),
    "area-differs": lazy_gettext("面积与第 %(row)s 行不同，按 %(first)s ㎡ 导入。"),
    "moved-out": lazy_gettext("%(name)s 已登记搬离这套房，不再加入。如确实搬回，请在住户页面添加。"),
    # changes to come
    "unit-new": lazy_gettext("%(door)s：新房屋"),
    "unit-changed": lazy_gettext("%(door)s：更新%(fields)s"),
    "person-new": lazy_gettext("%(door)s：新增%(relation)s %(name)s（%(phones)s）"),
    "person-joins": lazy_gettext("%(door)s：已有住户 %(name)s 加入这套房，身份%(relation)s"),
    "person-changed": lazy_gettext("%(door)s：%(name)s 更新%(fields)s"),
    "missing": lazy_gettext("%(door)s：%(name)s 不在文件里，保留不动"),
}

FIELDS = {
    "floor": lazy_gettext("楼层"),
    "area_m2": lazy_gettext("面积"),
    "kind": lazy_gettext("用途"),
    "warranty_until": lazy_gettext("保修期"),
    "started_on": lazy_gettext("入住日期"),
    "ended_on": lazy_gettext("搬离日期"),
    "from_on": lazy_gettext("起始日期"),
    "to_on": lazy_gettext("结束日期"),
    "note": lazy_gettext("备注"),
    "name": lazy_gettext("姓名"),
    "document": lazy_gettext("证件号"),
    "email": lazy_gettext("邮箱"),
    "phones": lazy_gettext("电话"),
    "relation": lazy_gettext("身份"),
    "language": lazy_gettext("语言"),
    "special": lazy_gettext("特殊客户"),
    "special_reason": lazy_gettext("特殊客户的原因"),
}

RELATIONS = {"owner": lazy_gettext("业主"), "tenant": lazy_gettext("租户"), "family": lazy_gettext("家属")}

STATES = {
    "waiting": lazy_gettext("正在读取"),
    "ready": lazy_gettext("等待确认"),
    "applying": lazy_gettext("正在导入"),
    "applied": lazy_gettext("已导入"),
    "failed": lazy_gettext("没有导入"),
    "cancelled": lazy_gettext("已取消"),
    "expired": lazy_gettext("过期未确认，已取消"),
}


def fields(names: list[str]) -> str:
    """面积、电话: the fields by the names that people know."""
    return gettext("、").join(str(FIELDS.get(name, name)) for name in dict.fromkeys(names))


def say(code: str, data: dict[str, Any] | None) -> str:
    """The sentence of a code with its data filled in."""
    words = dict(data or {})
    if "fields" in words:
        words["fields"] = fields(words["fields"])
    if "relation" in words:
        words["relation"] = str(RELATIONS[words["relation"]])
    return str(WORDS[code]) % words


def line(found: ImportLine) -> str:
    return say(found.code, found.data)


def fault(run: ImportRun) -> str:
    """Why the run failed."""
    return say(run.fault or "unexpected", run.fault_data)
