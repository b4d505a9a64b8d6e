"""What will be shown or printed, as content without formats."""
