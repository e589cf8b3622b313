"""The mistakes that any formula invites: a table of rows, and what they make of a graph."""
