"""What staff and customers type about a case: parsed, cleaned, refused with a word beside the field."""
