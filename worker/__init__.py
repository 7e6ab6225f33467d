"""Celery processes: reminders, digests and heartbeats."""
