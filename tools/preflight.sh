#!/bin/sh
# Is everything here that `make` needs? One sentence for each missing part, then exit 2.
# usage: preflight.sh RUST_VERSION [PYTHON]
set -u
cd "$(dirname "$0")/.." || exit 2
missing=0

lacks() {
    echo "$1" >&2
    missing=1
}

have() {
    command -v "$1" > /dev/null
}

have git || lacks "git is missing: apt-get install git"
have make || lacks "make is missing: apt-get install make"
have cc || have gcc || have clang || lacks "A C compiler is missing: apt-get install gcc libc6-dev"
have objcopy || lacks "objcopy is missing: apt-get install binutils"
python=${2-$(sh tools/find-python.sh)}
if [ -z "$python" ]; then
    lacks "Python 3.11 or newer with the venv module is missing: apt-get install python3 python3-venv"
elif ! "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    lacks "$python is no working Python 3.11 with the venv module: apt-get install python3 python3-venv, or give make another PYTHON="
fi
sh reference-impl/toolchain.sh "$1" > /dev/null || missing=1

[ "$missing" = 0 ] || exit 2
