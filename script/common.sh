# Sourced by the other scripts: where things are, and how they speak.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '\033[1m==\033[0m %s\n' "$*" | { if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; } >&2; }
fail() { printf 'fovea: %s\n' "$1" >&2; [ $# -lt 2 ] || printf '       %s\n' "${@:2}" >&2; exit 1; }
