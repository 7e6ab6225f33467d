"""Real PostgreSQL, Valkey and a local message gateway for one machine, and their supervisor."""
