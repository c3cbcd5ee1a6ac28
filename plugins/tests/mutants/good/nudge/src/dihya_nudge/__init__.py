"""Reminds once; an event, a subscription to it, and a task that does the work."""
