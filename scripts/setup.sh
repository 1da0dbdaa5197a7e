#!/bin/sh
# Make .venv and install what the lock files name; system libraries by apt when run by root.
#   scripts/setup.sh run|dev [browser]
# Does nothing, in a fraction of a second, when everything is in place.
set -eu
cd "$(dirname "$0")/.."
set_of_packages=${1:-run}
browser=${2:-}
python=.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
good_python() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The default python3 may lie where this user cannot read it, so each candidate is tried.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 \
        /usr/bin/python3 /usr/bin/python3.1[1-9] /usr/local/bin/python3.1[1-9]; do
        if good_python "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

apt_install() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        fail "Missing system packages. Run once: sudo apt-get install -y $*"
    fi
    say "Installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt-get update >/dev/null && apt-get install -y --no-install-recommends "$@" >/dev/null; }
}

if ! "$python" -c '' 2>/dev/null; then
    chosen=$(find_python) || { apt_install python3 python3-venv; chosen=$(find_python); } ||
        fail "No Python 3.11 or newer with venv found."
    say "Making .venv with $("$chosen" --version) ($chosen)"
    rm -rf .venv
    "$chosen" -m venv .venv
fi

# The development lock holds the same versions as the other and more.
lock=requirements.lock
[ "$set_of_packages" = dev ] && lock=requirements-dev.lock
wanted=$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' $lock)
if [ "$(cat .venv/installed-$set_of_packages 2>/dev/null)" != "$wanted" ]; then
    say "Installing Python packages from $lock (about a minute)"
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r $lock
    printf '%s\n' "$wanted" > ".venv/installed-$set_of_packages"
fi

"$python" - <<'CHECK' 2>/dev/null || apt_install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fontconfig-config
import ctypes, sys
names = (
    ("libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.dylib")
    if sys.platform == "darwin"
    else ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
)
for name in names:
    ctypes.CDLL(name)
CHECK

if [ "$browser" = browser ] && ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    apt_install chromium
fi
