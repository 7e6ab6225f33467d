"""How does gunicorn serve the API? Read by `intake serve`; each setting with its reason."""
# ruff: noqa: INP001  gunicorn reads the file; it is no package

import os
import sys

# The whole machine must not see a development server; a container sets INTAKE_BIND=0.0.0.0.
bind = f"{os.environ.get('INTAKE_BIND', '127.0.0.1')}:{os.environ.get('INTAKE_PORT', '8000')}"
# Requests wait for the database more than they compute: threads, and a process per core. Ours
# differs from gthread in one thing: what it can't read is refused as a problem document.
worker_class = "intake.http.server.ProblemWorker"
workers = 2
threads = 4
# Imported once, before the workers fork: a quicker start and shared memory. The factory closes what
# it opened. `--reload` needs each worker to import by itself.
preload_app = "--reload" not in sys.argv
# A worker tells it is alive by touching a file: in memory, since a busy disk would get it killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  unlinked
# Nothing here takes 30 seconds; what does is stuck. Stopping waits for running requests only.
timeout = 30
graceful_timeout = 10
keepalive = 5
# Ids and cursors are short, cookies are one: longer is hostile and is refused before any code.
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
# A proxy in front must be named (its addresses, with commas) before its headers are believed.
forwarded_allow_ips = os.environ.get("INTAKE_TRUSTED_PROXIES", "")
# The control socket lies in the home folder, one for all: two stacks would share it.
control_socket_disable = True
# The product writes its own access log, without addresses of people.
accesslog = None
errorlog = "-"
proc_name = "intake-api"
