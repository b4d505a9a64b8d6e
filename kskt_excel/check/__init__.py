"""Rules over what was read: one small generator each; no clock, no files."""
