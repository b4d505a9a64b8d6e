"""The narrative report as a Word document."""
