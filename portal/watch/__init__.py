"""Keeps watch over promises: reminds before, escalates after."""
