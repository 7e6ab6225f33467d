"""Tests that kill, freeze and restart real processes: nothing is lost, nothing is sent twice."""
