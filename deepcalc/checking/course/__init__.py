"""A whole course: a table of submissions → marks, one row for each student."""
