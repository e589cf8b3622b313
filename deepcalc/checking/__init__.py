"""Answers and a plan → verdicts and marks: what a fair and attentive examiner says of a student's work."""
