"""Answers as an assistant without a model; it provides artificial intelligence of the humblest kind."""
