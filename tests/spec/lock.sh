#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# lock.sh - a clause that changed, came or went has to be named in CHANGELOG,
# and spec-lock doesn't help around that.

. "$(dirname "$0")/lib/tree.sh"
chapter=spec/07-page-tables.md
changed='PT-7\] has another text'

change() { fresh && edit $chapter 's/A TABLE chunk is never writable\./& Never./'; }
withdraw() { fresh && edit $chapter '/^::: {.clause #PT-21 /,/^:::$/d'; }

change
fails 'a changed clause' "$changed" spec_check
fails 'spec-lock refuses it' "$changed" spec_lock
if cmp -s spec/clauses.lock "$top/spec/clauses.lock"; then
	ok 'and leaves the lock'
else
	not_ok 'and leaves the lock'
fi
changelog abi-breaking 'PT-7: says it twice'
passes 'a changed clause that CHANGELOG names passes' spec_check
passes 'spec-lock renews the lock then' spec_lock
cp "$top/CHANGELOG" CHANGELOG
passes 'and nothing has to be named any more' spec_check

change
edit CHANGELOG 's/^## \[1\.0\].*/&\n\n### internal\n\nPT-7/'
fails 'a name in an older version does not count' "$changed" spec_check
change
changelog thoughts 'PT-7'
fails 'a name under another heading does not count' "$changed" spec_check
change
changelog internal 'PT-71, PT-77'
fails 'a longer number does not count' "$changed" spec_check

fresh
edit $chapter '/^::: {.clause #PT-7 /,/^:::$/s/ /  /g'
passes 'other white space is the same text' spec_check
fresh
edit $chapter 's/#PT-7 to="hypervisor"/#PT-7 to="guest"/'
fails 'another addressee is another text' "$changed" spec_check

fresh
printf '\n::: {.clause #PT-49 to="guest" since="1.0"}\n**A.** It MUST.\n:::\n' >>$chapter
fails 'a new clause' 'PT-49\] is new' spec_check
withdraw
fails 'a clause that is gone' 'PT-21\] is gone' spec_check
changelog abi-breaking 'PT-21 is withdrawn'
passes 'one that CHANGELOG names passes' spec_check
passes 'spec-lock notes that it is withdrawn' spec_lock
passes 'in the lock' grep -qx 'PT-21 withdrawn' spec/clauses.lock
printf '\n::: {.clause #PT-21 to="guest" since="1.0"}\n**A.** It MUST.\n:::\n' >>$chapter
fails 'its number can not be used again' 'PT-21\] was withdrawn' spec_check

fresh
edit abi/silk.h 's/"the count is 0 or above SILK_BATCH_MAX"/"the count is not nice"/'
fails 'a refusal with another condition in the header' 'PT-63\] has another text' spec_check
fresh
edit abi/silk.h '/X(BATCH_COUNT,/s/EINVAL/ERANGE/'
fails 'a refusal with another error' 'PT-63\] has another text' spec_check
fresh
rm spec/clauses.lock
fails 'no lock at all' 'there is no spec/clauses.lock' spec_check
finish
