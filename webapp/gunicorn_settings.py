"""Settings of gunicorn: the networks are opened once, before the workers part, so that all share their pages.

Arrays of a network are files mapped into memory: the system keeps one copy for all workers. What a worker arranges for
itself (the days and travellers that were asked for) is its own.
"""

import os

preload_app = True
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
timeout = 60  # seconds without a sign of life, then a worker is replaced
graceful_timeout = 30  # to finish what is under way
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
accesslog = None  # an access log would write down where somebody goes, and with which wheelchair
