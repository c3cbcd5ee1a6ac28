"""A plugin that is broken on purpose: one hole of each kind, most in views written by hand beside a resource that has none."""
