#!/usr/bin/env bash
# How long a server takes from its start to its READY line, in milliseconds, five times, with a new data
# folder (in /var/tmp, or in TMPDIR), so nothing to recover.
# Usage: bench/ready.sh COMMAND...   such as native/faststream, or dotnet tools/FastStream.Cli/bin/Release/net10.0/faststream.dll
set -euo pipefail
[ $# -gt 0 ] || { sed -n 2,4p "$0" >&2; exit 2; }
folder=$(mktemp -d "${TMPDIR:-/var/tmp}/faststream-ready.XXXXXX")
trap 'rm -rf "$folder"' EXIT
for run in 1 2 3 4 5; do
    start=$(date +%s%N)
    coproc SERVER { exec "$@" serve --data "$folder/$run" --port 0 --http 0 2>/dev/null; }
    server=$SERVER_PID
    read -r line <&"${SERVER[0]}" || { echo "it ended before it was ready: $*" >&2; exit 1; }
    echo "$(( ($(date +%s%N) - start) / 1000000 )) ms  ${line%% *}"
    kill -TERM "$server"
    wait "$server" || true
done
