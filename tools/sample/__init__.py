"""The sample year: readable tables, and what turns them into what an office receives."""
