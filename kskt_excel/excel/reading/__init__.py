"""From bytes to a book: gate, values, facts."""
