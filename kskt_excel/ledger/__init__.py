"""What happened (sổ nhận): journal, archive, versions and decisions; the only truth."""
