"""Printed sheets: from a page's content to rows with heights, breaks and looks, then to a sheet."""
