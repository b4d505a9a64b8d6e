"""What the office has on its desk: one file for each thing a command works on."""
