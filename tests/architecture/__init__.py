"""Rules of the tree that import-linter cannot express."""
