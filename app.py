"""The WSGI application: `gunicorn app:app` and `flask --app app` start here."""

from portal import create_app

app = create_app()
