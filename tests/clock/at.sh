#!/bin/sh
# Runs a command whose Python processes see another time: at.sh 2027-01-01T04:00 COMMAND…
# The time is that of Shanghai; see sitecustomize.py.
set -eu
seen=$(date -d "TZ=\"Asia/Shanghai\" $1" +%s)
shift
export PYTHON_SECONDS_AHEAD=$((seen - $(date +%s)))
export PYTHONPATH="$(cd "$(dirname "$0")" && pwd)${PYTHONPATH:+:$PYTHONPATH}"
exec "$@"
