"""Reads of cases: for the board, for the telephone, for the ledger, for the customer."""

from portal.cases.queries.board import MOST, Figures, Filters, Row, board, figures, version
from portal.cases.queries.find import (
    by_code,
    cases_of_callers,
    cases_of_units,
    exact_number,
    merge_targets,
    photo,
)
from portal.cases.queries.ledger import Period, Summary, ledger, ledger_pages, summary
from portal.cases.queries.view import CustomerView, Step, customer_view

__all__ = [
    "MOST",
    "CustomerView",
    "Figures",
    "Filters",
    "Period",
    "Row",
    "Step",
    "Summary",
    "board",
    "by_code",
    "cases_of_callers",
    "cases_of_units",
    "customer_view",
    "exact_number",
    "figures",
    "ledger",
    "ledger_pages",
    "merge_targets",
    "photo",
    "summary",
    "version",
]
