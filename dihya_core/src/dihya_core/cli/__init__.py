"""The ``dihya`` command: the core's own commands, and those of plugins below it."""
