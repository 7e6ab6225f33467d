"""Tests of the local servers and of the supervisor behind `make run`."""
