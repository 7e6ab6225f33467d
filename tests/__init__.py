"""Tests mirror the code: one folder per layer."""
