# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# common.sh - what all of the launcher's parts use.

# The arguments are wrong; nothing was started.
wrong() {
	echo "silk: $*" >&2
	exit 2
}

# It went wrong later.
failed() {
	echo "silk: $*" >&2
	exit 1
}

# number WHAT TEXT LOW HIGH: refuse a TEXT that is not a number in the range.
number() {
	case $2 in
	'' | *[!0-9]* | 0?* | ??????????*) wrong "$1: not a number: '$2'" ;;
	esac
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] ||
		wrong "$1: $2 is not from $3 to $4"
}

# size WHAT TEXT: sets $bytes.
size() {
	digits=${2%[KMGkmg]}
	case $digits in
	'' | *[!0-9]* | 0?* | ????????*) wrong "$1: not a size like 32M: '$2'" ;;
	esac
	case $2 in
	*[Kk]) bytes=$((digits << 10)) ;;
	*[Mm]) bytes=$((digits << 20)) ;;
	*[Gg]) bytes=$((digits << 30)) ;;
	*) bytes=$digits ;;
	esac
}

# chunks WHAT TEXT: a size in chunks of 4 MB; sets $bytes.
chunks() {
	size "$1" "$2"
	[ $((bytes % 4194304)) -eq 0 ] && [ "$bytes" -gt 0 ] ||
		wrong "$1: $2 is not a multiple of 4M"
}

# absolute PATH: sets $absolute.
absolute() {
	case $1 in
	/*) absolute=$1 ;;
	*) absolute=$PWD/$1 ;;
	esac
}

# alive DIR: does a QEMU run in that run directory? Sets $pid.
alive() {
	pid=$(cat "$1/pid" 2>/dev/null) || return 1
	[ -n "$pid" ] && kill -0 "$pid" 2>/dev/null &&
		[ "$(readlink "/proc/$pid/cwd")" = "$(cd "$1" && pwd -P)" ]
}
