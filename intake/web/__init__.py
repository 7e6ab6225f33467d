"""The staff console: pages on the same services, schemas and unit of work as the API."""
