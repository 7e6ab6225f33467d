"""Tasks of at most a few lines, one file per noun."""
