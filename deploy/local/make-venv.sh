#!/bin/sh
# Makes the virtual environment in the folder $1 from requirements.lock, hash by hash.
set -eu
venv=$1

python=$(command -v python3.11 || command -v python3 || true)
if ! "${python:-false}" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
    echo "Python 3.11 is needed (Debian 12: apt-get install python3)" >&2
    exit 2
fi

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ]; then as_root=
    elif sudo -n true 2>/dev/null; then as_root='sudo -n'
    else
        echo "The package python3-venv is needed: apt-get install python3-venv" >&2
        exit 2
    fi
    echo "installing python3-venv from Debian's packages"
    $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o DPkg::Lock::Timeout=300 install --no-install-recommends python3-venv >/dev/null
fi

echo "making $venv from requirements.lock (about a minute)"
"$python" -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --no-input --disable-pip-version-check \
    --require-hashes -r requirements.lock
