#!/bin/sh
# Make the virtual environment .venv and install a requirements file into it: sh tools/make_venv.sh requirements.txt
# PYTHON chooses the interpreter; else the first of those below that is Python 3.11 or newer.
set -eu

is_new_enough() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    found=
    for candidate in ${PYTHON:-python3 python python3.14 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            found=$candidate
            break
        fi
    done
    if [ -z "$found" ]; then
        version=$("${PYTHON:-python3}" --version 2>/dev/null) || version="not installed"
        stop "Ravine needs Python 3.11 or newer; ${PYTHON:-python3} is $version." \
            "Install one from python.org or your system's packages, or name one: make PYTHON=/path/to/python3.12 ..."
    fi
    "$found" -c 'import ensurepip, venv' >/dev/null 2>&1 || stop \
        "$found cannot make virtual environments: its venv module is not installed." \
        "On Debian and Ubuntu: apt-get install python3-venv"
    echo "Making .venv with $("$found" --version)."
    "$found" -m venv --clear .venv || stop \
        "The folder .venv could not be made in $(pwd); Python's own message is above. Is the folder yours to write in?"
fi

echo "Installing $1 into .venv (a minute or two the first time)."
log=.venv/pip.log
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 2 -r "$1" 2>"$log"; then
    if grep -qiE 'connection (broken|refused|reset)|new connection|name resolution|unreachable|timed out|proxy' "$log"; then
        stop "The packages of $1 could not be downloaded. Is there a network connection? pip's own messages are in $log."
    fi
    cat "$log" >&2 || true
    stop "The packages of $1 could not be installed; pip's own message is above."
fi
