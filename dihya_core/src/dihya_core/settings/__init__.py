"""What operators set: dihya.toml, variables and options, each value with its source."""
