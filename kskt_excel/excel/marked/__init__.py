"""The unit's own file back with marks: fills, notes and a result sheet, nothing else changed."""
