"""Which guard, once removed, would no test miss? `make mutants` says."""
