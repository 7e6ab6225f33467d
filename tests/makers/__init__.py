"""Makers: the smallest valid thing of each kind, to be varied by the test that needs it."""
