#!/usr/bin/env bash
# Runs every test of the solution in Release and closes with one line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test -c Release 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
awk -v status="$status" '
  match($0, /Failed: +[0-9]+/)  { s = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", s); failed += s }
  match($0, /Passed: +[0-9]+/)  { s = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", s); passed += s }
  END {
    if (status != 0 && failed == 0) failed = 1   # a build error or a crash of the runner is a failure too
    printf "%d passed, %d failed\n", passed, failed
    exit (status != 0)
  }' "$log"
