"""Which installed plugins run, in which order, and which names belong to whom."""
