"""Vietnamese text and values as offices really type them."""
