# SPDX-License-Identifier: GPL-2.0-only
#
# probe.awk - for other awk programs: what was expected and what was seen, out of the
# text of a result (conformance.awk), into the variables of these names; "" if it says
# neither.

function parse(text)
{
	expected = seen = ""
	if (!match(text, /expected .*, seen /))
		return
	expected = substr(text, RSTART + 9)
	seen = expected
	sub(/, seen .*/, "", expected)
	sub(/.*, seen /, "", seen)
	sub(/ \([0-9]* of [0-9]* probes\)$/, "", seen)
}
