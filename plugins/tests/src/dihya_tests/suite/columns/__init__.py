"""One module a column; each check in them is found because it exists."""
