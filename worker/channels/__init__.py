"""Ways out of the system, one file per channel; failure is returned, never swallowed."""
