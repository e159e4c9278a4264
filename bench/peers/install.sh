#!/bin/sh
# Installs the servers that FastStream.Peers measures against, from Debian only, and says which versions stand.
# It starts nothing: the services' own start-up is refused while packages are unpacked, and what a package put into
# the next boot is taken out again. Run it as root, as often as you like.
set -eu

PACKAGES="postgresql redis-server nats-server rabbitmq-server clickhouse-server"

installed() { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2> /dev/null | grep -q '^ii'; }

offered() { apt-cache policy "$1" | grep '^  Candidate: ' | grep -qv '(none)'; }

versions() {
    for package in $PACKAGES; do
        if installed "$package"; then
            echo "$package $(dpkg-query -W -f '${Version}' "$package")"
        else
            echo "$package is not installed"
        fi
    done
}

install_missing() {
    missing=""
    for package in $PACKAGES; do
        installed "$package" || missing="$missing $package"
    done

    [ -n "$missing" ] || return 0
    [ "$(id -u)" = 0 ] || { echo "Missing:$missing. Run this as root." >&2; exit 1; }

    # A server that runs beside the measurements would take its share of them.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
    fi

    apt-get update -qq
    for package in $missing; do
        if ! offered "$package"; then
            echo "$package: this Debian does not offer it; its cases will say so"
            continue
        fi

        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" < /dev/null
        if command -v systemctl > /dev/null; then
            systemctl disable --quiet "$package" || echo "$package: could not be taken out of the next boot"
        fi
    done
}

case "${1:-}" in
    "") install_missing; versions ;;
    --versions) versions ;;
    --help) echo "install.sh              install what is missing ($PACKAGES)"
            echo "install.sh --versions   only print the versions" ;;
    *) echo "$1 is not understood; try --help" >&2; exit 2 ;;
esac
