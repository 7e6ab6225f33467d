"""Figures to look at, never tests: `make bench` prints them. One file for each thing measured."""
