"""What people type about visits, parsed and cleaned. Errors stand beside the field, in the reader's language."""
