#!/bin/sh
# Installs the Debian packages named as arguments and leaves the machine's services as
# they were: nothing is started now, nothing new starts with the machine, no database
# cluster is made. Runs as root, one call at a time.
set -eu

exec 9>/run/lock/jianjian-install
flock 9

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

# What starts with the machine: units wanted by systemd's targets, scripts of System V.
starting() {
    find /etc/systemd/system -path '*.wants/*' 2>/dev/null
    find /etc/rc2.d -name 'S*' 2>/dev/null
}
starting | sort > "$kept/starting"

# 101 means "forbidden by policy" to the scripts of packages that start services.
if [ -e "$policy" ]; then cp -p "$policy" "$kept/policy-rc.d"; fi
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"
mkdir -p "$clusters"
echo 'create_main_cluster = false' > "$clusters/jianjian.conf"

export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@"

starting | sort | comm -13 "$kept/starting" - | while read -r link; do
    name=$(basename "$link")
    case $link in
        /etc/rc2.d/*) update-rc.d "${name#S??}" disable >/dev/null 2>&1 || true ;;
        *) rm -f "$link" ;;
    esac
done
