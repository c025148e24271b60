"""The register of service standards: every number of the requirements that sets a time, by key.

A new standard is one row in the file of its section under rows/; nothing else needs to know of it.
"""

from portal.standards.rows import cases, company, property_service, repairs
from portal.standards.standard import CLOCK_UNITS, Standard, Unit

__all__ = ["CLOCK_UNITS", "SECTIONS", "STANDARDS", "Standard", "Unit"]

STANDARDS: dict[str, Standard] = {
    row.key: row for row in (*cases.ROWS, *repairs.ROWS, *property_service.ROWS, *company.ROWS)
}
SECTIONS = {
    "CASE": ("前台与诉求", "Front desk and cases"),
    "REP": ("报修", "Repairs"),
    "VIS": ("访客", "Visitors"),
    "DUTY": ("值班", "Duty"),
    "EMG": ("应急", "Emergencies"),
    "PROC": ("前台业务", "Front-desk procedures"),
    "COM": ("业主委员会", "Owners' committee"),
    "SUR": ("满意度", "Satisfaction surveys"),
    "FEE": ("收费", "Fees"),
    "EVT": ("社区活动", "Community events"),
    "REV": ("管理评审", "Management review"),
}
