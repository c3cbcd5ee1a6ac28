"""The structure of a proposal, edited by people before it is built: pages, REST, one more sentence, undo."""
