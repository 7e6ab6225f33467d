"""The README's pictures: `make screenshots`."""
