"""Everything in one sealed file, while it is used; proven, and put back all or nothing."""
