"""Shapes on the wire: marshmallow schemas per noun. They never query, decide or save."""
