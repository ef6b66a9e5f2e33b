"""The WSGI entry point; the web process never learns where Redis is."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kap.settings.production")
application = get_wsgi_application()
