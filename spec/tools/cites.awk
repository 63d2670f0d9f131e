# SPDX-License-Identifier: GPL-2.0-only
#
# cites.awk - where clauses are cited, and by which tests they are covered.
#
#	awk -f cites.awk clauses.tsv FILE... > cites.tsv
#
# Prints `cite ID FILE:LINE` and `cover ID FILE`, separated by tabs. A citation
# is [PT-7], [PT-7, PT-8] or SILK_CLAUSE(SILK_AREA_PT, 7); a test covers what a
# line of it lists after the word "covers" and a colon. Invariant: what looks
# like a citation of an area of ours is one: nothing is passed over.

BEGIN { FS = "\t" }

FNR == NR {
	split($1, part, "-")
	area[part[1]] = 1
	next
}

# Every AREA-n in a piece of text, AREA being one of ours.
function each(text, kind,    id, a) {
	while (match(text, /[A-Z][A-Z]+-[0-9]+/)) {
		id = substr(text, RSTART, RLENGTH)
		a = id
		sub(/-.*/, "", a)
		if (a in area)
			print kind "\t" id "\t" FILENAME (kind == "cite" ? ":" FNR : "")
		text = substr(text, RSTART + RLENGTH)
	}
}

/covers:[ \t]*[A-Z][A-Z]+-[0-9]/ && FILENAME ~ /(^|\/)(tests|conformance|fuzz|models)\// {
	text = $0
	sub(/.*covers:/, "", text)
	each(text, "cover")
}

/covers:[ \t]*[A-Z][A-Z]+-[0-9]/ {
	text = $0
	sub(/.*covers:/, "", text)
	each(text, "cite")
}

/\[[A-Z][A-Z]+-[0-9]/ {
	text = $0
	while (match(text, /\[[A-Z][A-Z]+-[0-9]+[^]]*/)) {
		found = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		each(found, "cite")
	}
}

/SILK_CLAUSE\(SILK_AREA_[A-Z]+, *[0-9]/ {
	text = $0
	while (match(text, /SILK_AREA_[A-Z]+, *[0-9]+/)) {
		id = substr(text, RSTART + 10, RLENGTH - 10)
		text = substr(text, RSTART + RLENGTH)
		sub(/, */, "-", id)
		each(id, "cite")
	}
}
