"""Which application do `celery worker` and `celery beat` run? This one, from the environment.

Refuses to start with one sentence when a setting is missing or dangerous.
"""

from __future__ import annotations

import logging
import sys

import structlog
from celery import Celery
from celery.signals import worker_init

from intake import config
from intake.errors import ConfigurationError
from worker import broker_guard, process
from worker.celery_settings import celery_settings


def make_app(settings: config.Settings) -> Celery:
    """The application for these settings. Raises ConfigurationError."""
    broker_guard.install()
    made = Celery("intake")
    made.conf.update(celery_settings(settings))
    return made


def refuse_to_start(error: ConfigurationError) -> SystemExit:
    """The end of a process that is set up wrongly: one sentence, status 2."""
    sys.stderr.write(f"{error.detail}\n")
    return SystemExit(2)


@worker_init.connect
def check_before_work(**_: object) -> None:
    """Try once what each child will do later; nothing made here outlives the fork."""
    try:
        process.make(config.load()).engine.dispose()
    except ConfigurationError as error:
        # SystemExit, because Celery logs and forgets any other exception of a signal's receiver.
        raise refuse_to_start(error) from error


structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(sort_keys=True),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
)
try:
    app = make_app(config.load())
except ConfigurationError as wrong:
    raise refuse_to_start(wrong) from wrong
