"""The service centre: preparation checklist, calls from kiosks."""
