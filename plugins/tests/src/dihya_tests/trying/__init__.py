"""Plugins that people try before they install them: each shut in, on sample records, and gone after an hour."""
