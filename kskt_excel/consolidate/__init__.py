"""What counts of all units put together: forms, positions, indicators, control totals."""
