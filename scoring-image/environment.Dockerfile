# Environment image: a Python base, and the packages of one conda file in /opt/venv. Nothing of the user's is in it.
#
# One file for two worlds. With the internet BASE is a public image such as python:3.12-slim; without, it is a base made
# on the machine (python in /opt/python, libgomp1). It keeps to what the classic builder knows: no syntax line, no mounts.
ARG BASE=python:3.12-slim

FROM ${BASE} AS build
# The classic builder keeps this stage as an untagged image, which makes the next build of it quick. With a password among the
# index settings it is `secret`, and deleted at once.
ARG STAGE=build
LABEL mlendpoints.stage=${STAGE}
USER root
ARG PYTHON_MINOR
RUN found="$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; \
    if [ "$found" != "$PYTHON_MINOR" ]; then \
      echo "ERROR: the conda file asks for python $PYTHON_MINOR, but the base image has python ${found:-(none)}." >&2; exit 1; \
    fi
# The machine's CA bundle and package index settings. They stay in this stage: the final image has none of them.
COPY hostcfg/ /
ENV UV_LINK_MODE=copy UV_NO_CACHE=1 UV_NO_PROGRESS=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYC_INVALIDATION_MODE=UNCHECKED_HASH
ARG UV_VERSION=0.13.9
RUN if [ -f /etc/ssl/certs/ca-certificates.crt ]; then export PIP_CERT=/etc/ssl/certs/ca-certificates.crt; fi; \
    python3 -m venv /opt/uv && /opt/uv/bin/pip install -q --no-compile "uv==$UV_VERSION"
COPY requirements.txt constraints.txt /tmp/
# unsafe-best-match is what pip does when a file names more than one index, and conda files are written for pip.
RUN if [ -f /etc/ssl/certs/ca-certificates.crt ]; then export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt; fi; \
    PATH="/opt/uv/bin:$PATH"; \
    uv venv -q --no-config --python "$(command -v python3)" /opt/venv \
    && uv pip install -q --compile-bytecode --index-strategy unsafe-best-match \
         --python /opt/venv/bin/python -r /tmp/requirements.txt -c /tmp/constraints.txt \
    && uv pip freeze -q --python /opt/venv/bin/python > /opt/venv/requirements.lock

FROM ${BASE}
USER root
# Before the packages, so that all environments on one base share this layer. Wheels of lightgbm and others need OpenMP.
# Python images come without the standard library's bytecode, and a container with a read-only root can never write it:
# every start would compile.
RUN set -e; \
    if ! ldconfig -p | grep -q 'libgomp\.so\.1'; then \
      apt-get update -q; apt-get install -q -y --no-install-recommends libgomp1; rm -rf /var/lib/apt/lists/*; \
    fi; \
    if ! getent passwd 1001 >/dev/null; then \
      useradd --uid 1001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin scoring; \
    fi; \
    python3 -m compileall -q -j0 --invalidation-mode unchecked-hash \
      -x '/(site-packages|test|tests|idlelib|lib2to3|tkinter|turtledemo)/' \
      "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /opt/venv /opt/venv
# HOME is the one place that a read-only container can write to; gunicorn keeps its control socket there.
ENV PATH=/opt/venv/bin:/opt/python/bin:/usr/local/bin:/usr/bin:/bin \
    VIRTUAL_ENV=/opt/venv PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp LANG=C.UTF-8
USER 1001
