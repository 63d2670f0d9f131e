#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 600
#
# lock.sh - the ABI can't change without its version, and abi-lock doesn't help
# around that.

. "$(dirname "$0")/../spec/lib/tree.sh"
change='the ABI changed and its version did not'

# changed WHAT DIFFERENCE SED-SCRIPT: fails, and shows the difference.
changed() {
	fresh
	edit abi/silk.h "$3" || not_ok "$1"
	fails "$1" "$change" abi_locked
	fails "$1: the difference is shown" "$2" cat "$tree.out.kept"
}

# The output of the last check stays for a second look.
fails() {
	what=$1
	expected=$2
	shift 2
	run "$@"
	status=$?
	if grep -q -- "$expected" "$tree.out" &&
		{ [ $status -ne 0 ] || [ "$1" = cat ]; }; then
		ok "$what"
	else
		not_ok "$what: status $status, expected '$expected'"
	fi
	cp "$tree.out" "$tree.out.kept"
}

# The next minor version, whichever this one is.
raise() {
	next=$(($(sed -n 's|^#define SILK_ABI_MINOR[^0-9]*||p' abi/silk.h) + 1))
	edit abi/silk.h "s|^#define SILK_ABI_MINOR.*|#define SILK_ABI_MINOR\t\t$next|;
		s|0x0001000.	/\\* major|0x0001000$next	/* major|;
		s|X(0, ABI,     1, .)|X(0, ABI,     1, $next)|;
		s|X(9, NET,     1, 0)|X(9, NET,     1, 1)|"
}

changed 'a constant' '^+const SILK_BATCH_MAX 77' \
	's|^#define SILK_BATCH_MAX.*|#define SILK_BATCH_MAX\t\t77|'
changed 'a name' '^-call 1 yield' 's|X( 1, yield, |X( 1, give_way, |;s|yield()|give_way()|'
changed 'a new member in reserved space' '^+member silk_vcpu extra 56' \
	's|^\tuint32_t reserved0\[2\];.*|\tuint32_t extra[2];|'
changed 'a type of the same size' '^+member silk_time tsc_khz 12 4 int32_t' \
	's|uint32_t tsc_khz|int32_t tsc_khz|'
changed 'the order of refusals' '^-refusal CONR_FAULT' \
	'/X(CONR_FAULT,/d;s|^\tX(CONW_FAULT, .*|\tX(CONR_FAULT,       console_read,   EFAULT,      1, CON,  52, "the buffer can'"'"'t be written") \\\n&|'
changed 'a new refusal' '^+refusal YIELD_NEVER' \
	's|^\tX(CONW_FAULT, .*|\tX(YIELD_NEVER, yield, EAGAIN, 0, LIFE, 99, "never") \\\n&|'
fresh
edit abi/silk.h 's/"the count is 0 or above SILK_BATCH_MAX"/"other words"/'
passes 'words are not the ABI' abi_locked

fresh
edit abi/silk.h 's|^#define SILK_BATCH_MAX.*|#define SILK_BATCH_MAX\t\t77|'
fails 'abi-lock refuses without a new version' 'the version is still 1\.' abi_lock
if cmp -s abi/abi.lock "$top/abi/abi.lock"; then
	ok 'and leaves the lock'
else
	not_ok 'and leaves the lock'
fi
raise
fails 'with a new version the check asks for the lock' 'make abi-lock' abi_locked
passes 'abi-lock renews it' abi_lock
passes 'and the check passes' abi_locked
rm abi/abi.lock
fails 'no lock at all' 'there is no abi/abi.lock' abi_locked
finish
