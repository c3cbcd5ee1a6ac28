"""Gives the seats of a room away, and asks other plugins whether it may; it publishes hooks of its own."""
