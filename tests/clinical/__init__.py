"""Tests of clinical knowledge: pure, no database."""
