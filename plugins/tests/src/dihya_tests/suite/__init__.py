"""What earns a check mark: checks by column, each of them a run; ``dihya check`` prints the table."""
