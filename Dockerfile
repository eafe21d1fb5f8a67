# The application's image: web, workers, beat and migrations differ only in their command.
FROM python:3.11-slim-bookworm AS packages
COPY requirements-server.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-server.lock

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin credit \
    && mkdir /data && chown credit:credit /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
USER credit
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "credit_platform.wsgi", "-c", "gunicorn.conf.py"]
