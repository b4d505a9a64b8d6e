"""Many readings put together: forms, indicators, tasks, standings of a period."""
