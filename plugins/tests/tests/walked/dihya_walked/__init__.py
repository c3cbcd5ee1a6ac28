"""A small plugin that does what it should: members, and what was lent to them."""
