"""Migrations: roles, up and down, drift, locks."""
