# SPDX-License-Identifier: GPL-2.0-only
#
# conformance.awk - results of the conformance suite, as TAP and as JSON.
#
# Input: VERDICT, test, clauses, name, text, separated by tabs. -v json=FILE, -v
# subject=WHAT. Ends 0 if nothing failed and something passed.

function quoted(s)
{
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/[\001-\037]/, "?", s)
	return "\"" s "\""
}

# expected and seen, out of "PROBE: expected X, seen Y (N of M probes)"
function parse(text)
{
	probe = expected = seen = ""
	if (!match(text, /expected .*, seen /))
		return
	probe = substr(text, 1, RSTART - 1)
	sub(/: $/, "", probe)
	expected = substr(text, RSTART + 9)
	seen = expected
	sub(/, seen .*/, "", expected)
	sub(/.*, seen /, "", seen)
	sub(/ \([0-9]* of [0-9]* probes\)$/, "", seen)
}

BEGIN {
	list = ""
}

{
	count[$1]++
	good = $1 == "SUCCESS" || $1 == "SKIP"
	line = (good ? "ok " : "not ok ") NR " - " $2 "/" $4
	if ($3 != "")
		line = line " [" $3 "]"
	if ($1 == "SKIP")
		line = line " # SKIP " $5
	print line
	again = "./silk conformance hypervisor --only " $2
	if (!good) {
		parse($5)
		print "#   verdict:  " $1
		print "#   what:     " $5
		if (expected != "") {
			print "#   expected: " expected
			print "#   seen:     " seen
		}
		if ($3 != "")
			print "#   clause:   ./silk explain " $3
		print "#   again:    " again
	} else
		expected = seen = probe = ""
	n = split($3, ids, " ")
	clauses = ""
	for (i = 1; i <= n; i++)
		clauses = clauses (i > 1 ? ", " : "") quoted(ids[i])
	list = list (list == "" ? "" : ",\n") "    {\"verdict\": " quoted($1) \
		", \"test\": " quoted($2) ", \"name\": " quoted($4) \
		", \"clauses\": [" clauses "]"
	if ($5 != "")
		list = list ", \"text\": " quoted($5)
	if (expected != "")
		list = list ", \"expected\": " quoted(expected) ", \"seen\": " \
			quoted(seen)
	list = list ", \"again\": " quoted(again) "}"
}

END {
	failed = count["FAILURE"] + count["ERROR"] + count["CRASH"]
	passed = count["SUCCESS"] + 0
	printf "{\n  \"subject\": %s,\n  \"passed\": %d,\n  \"failed\": %d,\n" \
		"  \"skipped\": %d,\n  \"results\": [\n%s\n  ]\n}\n", \
		quoted(subject), passed, failed, count["SKIP"], list >json
	print "1.." NR
	if (count["SKIP"])
		print "# " count["SKIP"] " skipped: the subject doesn't offer them"
	print passed " passed, " failed " failed"
	exit failed > 0 || passed == 0
}
