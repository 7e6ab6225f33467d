"""People of a demonstration: their stories as data, and what plays them through the services."""
