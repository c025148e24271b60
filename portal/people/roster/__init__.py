"""The roster import: a property company's own workbook becomes buildings, units, households and people.

workbook → columns → rows → gathered → (kept) → plan → write: each file one step; operations.py has the verbs.
"""
