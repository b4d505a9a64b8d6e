"""Pages for A4 paper, and PDF.

Widths of texts and what follows from them are remembered (``lru_cache``, in ``book_writer`` too):
without it a first run of a hundred units costs twice the processor.
"""
