"""Builds distributions: chosen plugins, settings and a brand as one archive that installs offline."""
