"""A shelf: readers, and what was lent to them."""
