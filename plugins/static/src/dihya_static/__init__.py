"""Fingerprinted, compressed, immutable assets; the design system."""
