"""How is Celery set up, and why? It only rings and executes: the queue of reminders is a table.

Nothing about a person ever travels through the broker, nothing in it has to survive, and every
message may be lost, doubled or late without harm. The settings below follow from that.
"""

from __future__ import annotations

from intake.config import Settings
from worker.process import limits
from worker.schedule import beat_schedule

TASKS = ("worker.tasks.digests", "worker.tasks.heartbeat", "worker.tasks.reminders")


def celery_settings(settings: Settings) -> dict[str, object]:
    """Celery's configuration for these settings. Raises ConfigurationError without REDIS_URL."""
    soft, hard = limits(settings)
    return {
        "broker_url": settings.require("redis_url"),
        "include": TASKS,
        # After the dispatch budget and the slowest send, before the lease ends.
        "task_soft_time_limit": soft,
        "task_time_limit": hard,
        "beat_schedule": beat_schedule(settings),
        **MESSAGES,
        **BROKER,
        **WORKER,
    }


MESSAGES: dict[str, object] = {
    # A killed worker's reminders come back with their lease; redelivery would take 95 s.
    "task_acks_late": False,
    # Results are rows of the database.
    "task_ignore_result": True,
    "result_backend": None,
    # A pickled or garbled body is dropped, not executed.
    "accept_content": ["json"],
    "task_serializer": "json",
    # Publishing is beat's affair; it tries again with the next tick.
    "task_publish_retry": False,
    "timezone": "UTC",
    "enable_utc": True,
}
BROKER: dict[str, object] = {
    "broker_connection_retry_on_startup": True,
    # Never give up: the broker may be away for a night.
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": 3600,
        # Without these two, redelivery after a restart takes about 100 s.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        # redis-py 8 waits for ever by default.
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
}
WORKER: dict[str, object] = {
    # One at a time: a long dispatch keeps no other ring waiting behind it.
    "worker_prefetch_multiplier": 1,
    # A deploy lets sends in flight finish; what is left comes back with its lease.
    "worker_soft_shutdown_timeout": 20,
    # Whatever leaks, leaks for at most so long.
    "worker_max_tasks_per_child": 1000,
    # Nobody reads events; leases tell who holds what.
    "worker_send_task_events": False,
    "worker_enable_remote_control": False,
    # The logs are ours: JSON lines, identifiers only.
    "worker_redirect_stdouts": False,
    # In memory: intervals need no memory, and a killed beat leaves no broken file behind.
    "beat_scheduler": "celery.beat:Scheduler",
    "beat_max_loop_interval": 5,
}
