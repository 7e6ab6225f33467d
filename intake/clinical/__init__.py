"""Clinical knowledge: pure functions and data, no clock, no I/O except its own data files."""
