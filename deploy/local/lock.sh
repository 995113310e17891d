#!/bin/sh
# Renews requirements.lock: every package of pyproject.toml, the development tools and
# the build tools included, with the hashes the public index gives and no address.
set -eu
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

python3.11 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check pip-tools

# A machine's own package folders must not get their hashes into the lock.
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL
PIP_CONFIG_FILE=/dev/null "$tools/bin/pip-compile" --quiet --no-header --no-annotate \
    --extra dev --all-build-deps --allow-unsafe --strip-extras --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    --output-file "$tools/lock" pyproject.toml

{
    echo '# Made by `make lock` from pyproject.toml: Python 3.11, with the development tools.'
    grep -v -e '^#' -e '^$' "$tools/lock"
} > requirements.lock
