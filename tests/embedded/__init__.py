"""Tests of the embedded layer."""
