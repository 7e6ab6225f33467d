"""Where a WSGI server finds the application; what must not start says why in one sentence."""

from intake.app import create_app
from intake.errors import ConfigurationError

try:
    app = create_app()
except ConfigurationError as error:
    raise SystemExit(f"Intake does not start: {error.detail}") from None
