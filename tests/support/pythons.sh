#!/bin/sh
# The Pythons of this machine that Deskless supports, 3.11 to 3.14: on the PATH, of pyenv, of uv.
# What is found is printed as its version and its path: `3.12 /usr/bin/python3.12`.
#
#   pythons.sh              one for each version; the default, python3, comes first
#   pythons.sh first        python3, or another where python3 is none of them
#   pythons.sh python3.12   that one, by name or path; a name that does not start (a pyenv shim that
#                           is not switched on) is looked for among all. Where it cannot be had,
#                           what there is on stderr, and status 1
#   pythons.sh same A B     status 0 when A, a venv's perhaps, is B
set -u

# The path is the real one, so that a link, a shim and a venv of one Python are the same.
described() {
    "$1" -c 'import os, sys
if (3, 11) <= sys.version_info < (3, 15):
    base = getattr(sys, "_base_executable", sys.executable)
    print("%d.%d %s" % (*sys.version_info[:2], os.path.realpath(base)))' 2>/dev/null
}

# Where pyenv and uv keep theirs; a folder of shims on the PATH names its pyenv in any HOME.
kept() {
    {
        printf '%s\n' "${PYENV_ROOT:-${HOME:-}/.pyenv}"
        printf '%s\n' "$PATH" | tr ':' '\n' | sed -n 's:/shims/*$::p'
    } | sort -u | while read -r root; do
        printf '%s\n' "$root/versions/3.$1."*/bin/python3
    done
    printf '%s\n' "${HOME:-}/.local/share/uv/python/cpython-3.$1."*/bin/python3
}

every() {
    {
        described python3
        for minor in 11 12 13 14; do
            described "python3.$minor"
            kept "$minor" | while read -r path; do
                [ -x "$path" ] && described "$path" </dev/null
            done
        done
    } | awk '!seen[$1]++'
}

missing() {
    has=$(every | cut -d' ' -f2 | tr '\n' ' ')
    echo "deskless: $1 is no Python from 3.11 to 3.14 that starts. Here are: ${has:-none}" >&2
    exit 1
}

case ${1:-} in
'') every ;;
first)
    line=$(described python3) && [ -n "$line" ] || line=$(every | head -n 1)
    [ -n "$line" ] || missing python3
    echo "$line"
    ;;
same) [ "$(described "$2")" = "$(described "$3")" ] ;;
*)
    line=$(described "$1")
    version=$(printf '%s\n' "$1" | sed -n 's/^\(python\)\{0,1\}\(3\.[0-9][0-9]*\)$/\2/p')
    [ -n "$line" ] || [ -z "$version" ] || line=$(every | grep "^$version ")
    [ -n "$line" ] || missing "$1"
    echo "$line"
    ;;
esac
