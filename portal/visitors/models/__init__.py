"""The tables of visits, their groups, the kiosk's unfinished registrations, and what remains after deletion."""

from portal.visitors.models.draft import VisitDraft
from portal.visitors.models.group import VisitGroup
from portal.visitors.models.retention import RetentionReceipt, VisitCount
from portal.visitors.models.rule import VisitRule
from portal.visitors.models.visit import Visit

__all__ = ["RetentionReceipt", "Visit", "VisitCount", "VisitDraft", "VisitGroup", "VisitRule"]
