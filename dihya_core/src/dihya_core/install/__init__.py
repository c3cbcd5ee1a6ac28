"""Bringing a plugin's package into the environment, taking it out again, and undoing what failed."""
