"""One small process that starts the whole portal on one machine, restarts what dies, and stops everything.

    python -m jobs.supervisor        (what `make run` does)

For real use the same processes are started by the machine's own service manager, with PostgreSQL, Redis (append-only,
no eviction) and a mail server given by DATABASE_URL, REDIS_URL and SMTP_URL:

    flask --app app db upgrade
    gunicorn --worker-class gthread --threads 8 --no-control-socket app:app
    python -m jobs.worker urgent     (and one each: messages, work, clock)
    python -m jobs.ticker            (one is enough; more do no harm)

`/healthz` answers 200 while all of them live, 503 when one does not.
"""
