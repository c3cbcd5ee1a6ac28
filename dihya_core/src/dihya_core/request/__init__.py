"""One way in and out for every request, and the answers to errors."""
