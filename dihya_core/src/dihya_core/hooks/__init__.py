"""Calling the hooks of plugins: guarded, timed, counted, and left out when they keep failing."""
