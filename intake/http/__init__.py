"""What the API and the console share: front door, errors, unit of work, paging."""
