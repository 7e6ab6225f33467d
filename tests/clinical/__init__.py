"""Tests of the clinical layer."""
