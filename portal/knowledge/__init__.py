"""Must-know answers (PROC-8), maintained by staff."""
