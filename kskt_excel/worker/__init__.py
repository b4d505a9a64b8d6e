"""Processes that may die: files and containers from outside are opened only here."""
