"""Pages for A4 paper, and PDF.

Widths of texts and what follows from them are remembered (``lru_cache``, in ``heights`` too):
without it a first run of a hundred units costs twice the processor.
"""
