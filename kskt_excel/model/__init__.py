"""Nouns of the field. Standard library only; everything here is frozen."""
