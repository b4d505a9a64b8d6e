"""Pages for A4 paper, and PDF."""
