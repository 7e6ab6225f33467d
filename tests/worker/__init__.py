"""Tests of the worker: channels, dispatch, schedule and the guards around Celery."""
