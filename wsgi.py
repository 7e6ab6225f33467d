"""Where a WSGI server finds the application."""

from intake.app import create_app

app = create_app()
