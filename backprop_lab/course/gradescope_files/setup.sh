#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image that every submission is graded in.
set -euo pipefail

home="${BACKPROP_LAB_AUTOGRADER:-/autograder}"
export DEBIAN_FRONTEND=noninteractive

fail() {
    echo "backprop-lab: $1" >&2
    exit 1
}

usable() {
    command -v "$1" >/dev/null &&
        "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

found_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if usable "$name"; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

install() {
    apt-get install -y --no-install-recommends "$@" || echo "backprop-lab: could not install $*"
}

command -v apt-get >/dev/null ||
    fail "this base image has no apt-get; choose Ubuntu 22.04 or newer where the autograder is configured"
apt-get update || echo "backprop-lab: apt-get update failed; going on with what is there"

# Ubuntu 24.04 has Python 3.12. 22.04 has 3.10, and 3.11 besides.
python="$(found_python)" || {
    install python3 python3-venv
    python="$(found_python)"
} || {
    install python3.11 python3.11-venv
    python="$(found_python)"
} || fail "no Python 3.11 or newer can be had on this base image; choose Ubuntu 22.04 or newer"

# bubblewrap serves from 0.8 on, and where the container may make namespaces; Landlock takes its place otherwise. Both
# need the filter of system calls, which libseccomp makes.
install libseccomp2
install bubblewrap

"$python" -m venv "$home/venv"
pip() {
    "$home/venv/bin/python" -m pip install --no-input --disable-pip-version-check "$@"
}
# The versions that made this zip; where this Python has no such ones, what the package asks for.
pip -r "$home/source/requirements.txt" -c "$home/source/constraints.txt" ||
    pip -r "$home/source/requirements.txt" ||
    fail "what grading needs could not be installed: $(tr '\n' ' ' <"$home/source/requirements.txt")"

chmod -R go-rwx "$home/source/class"
PYTHONPATH="$home/source/package" "$home/venv/bin/python" -s -P -m backprop_lab.course.gradescope_run --check "$home" ||
    fail "the autograder does not start here; what stands above says why"
