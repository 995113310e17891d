#!/bin/sh
# Installs the Debian packages named as arguments and leaves the machine's services as
# they were: nothing is started now, nothing of it starts with the machine, no database
# cluster is made. Runs as root.
set -eu

policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
kept=$(mktemp -d)

restore() {
    rm -f "$policy" "$clusters/jianjian.conf"
    rmdir "$clusters" 2>/dev/null || true
    if [ -e "$kept/policy-rc.d" ]; then cp -p "$kept/policy-rc.d" "$policy"; fi
    rm -rf "$kept"
}
trap restore EXIT
trap 'exit 1' HUP INT TERM

# A unit that is there already is none of our business; those that come are switched
# off. PostgreSQL's starts the machine's clusters: there are none.
present() {
    for unit in rabbitmq-server.service epmd.service epmd.socket; do
        if [ -e "/lib/systemd/system/$unit" ]; then echo "$unit"; fi
    done
}
before=$(present)

# 101 is "forbidden by policy": what packages' scripts are told when they start services.
if [ -e "$policy" ]; then cp -p "$policy" "$kept/policy-rc.d"; fi
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"
mkdir -p "$clusters"
echo 'create_main_cluster = false' > "$clusters/jianjian.conf"

export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"

for unit in $(present); do
    case " $(echo $before) " in *" $unit "*) continue ;; esac
    if command -v systemctl >/dev/null; then
        systemctl disable "$unit" >/dev/null 2>&1 || true
    else
        rm -f "/etc/systemd/system/multi-user.target.wants/$unit" \
            "/etc/systemd/system/sockets.target.wants/$unit"
    fi
    if [ "$unit" = rabbitmq-server.service ]; then
        update-rc.d rabbitmq-server disable >/dev/null 2>&1 || true
    fi
done
