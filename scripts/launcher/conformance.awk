# SPDX-License-Identifier: GPL-2.0-only
#
# conformance.awk - results of the conformance suite, of either side, as TAP and as
# JSON.
#
#	awk -v json=FILE [-v quiet=1] -f probe.awk -f conformance.awk FILE.results
#
# A result is a line of eight fields, separated by tabs:
#
#	side	hypervisor or guest
#	subject	what was tested
#	verdict	SUCCESS, SKIP, ERROR (the test's own fault), FAILURE, CRASH
#	test	folder, or the case of a guest
#	clauses	that it is about, separated by blanks
#	name	of the result
#	text	"PROBE: expected X, seen Y (N of M probes)", or why it was skipped
#	again	the command that runs it again
#
# With the verdict REFUSED a line tells only which refusals' clauses were found in a
# diagnostics slot; with JUDGED, how often the stub hypervisor saw an act that the
# clause is about. Ends 0 if nothing failed and something passed.

BEGIN { FS = "\t"; list = "" }

function quoted(s)
{
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/[\001-\037\177-\377]/, "?", s)
	return "\"" s "\""
}

function words(s,    n, i, id, out)
{
	n = split(s, id, " ")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? ", " : "") quoted(id[i])
	return "[" out "]"
}

function say(line)
{
	if (!quiet)
		print line
}

function tap(good)
{
	n++
	say((good ? "ok " : "not ok ") n " - " $4 "/" $6 ($5 == "" ? "" : " [" $5 "]") \
	    ($3 == "SKIP" ? " # SKIP " $7 : ""))
	if (good)
		return
	say("#   verdict:  " $3)
	say("#   what:     " $7)
	if (expected != "") {
		say("#   expected: " expected)
		say("#   seen:     " seen)
	}
	if ($5 != "")
		say("#   clause:   ./silk explain " $5)
	say("#   again:    " $8)
}

{ side = $1; subject = $2 }

$3 == "REFUSED" {
	k = split($5, id, " ")
	for (i = 1; i <= k; i++)
		if (!(id[i] in refused)) {
			refused[id[i]] = 1
			refusals = refusals (refusals == "" ? "" : " ") id[i]
		}
	next
}

$3 == "JUDGED" { next }

{
	count[$3]++
	parse($7)
	tap($3 == "SUCCESS" || $3 == "SKIP")
	list = list (list == "" ? "" : ",\n") "    {\"verdict\": " quoted($3) \
		", \"test\": " quoted($4) ", \"name\": " quoted($6) \
		", \"clauses\": " words($5) ($7 == "" ? "" : ", \"text\": " quoted($7)) \
		(expected == "" ? "" : ", \"expected\": " quoted(expected) \
		", \"seen\": " quoted(seen)) ", \"again\": " quoted($8) "}"
}

END {
	failed = count["FAILURE"] + count["ERROR"] + count["CRASH"]
	passed = count["SUCCESS"] + 0
	printf "{\n  \"side\": %s,\n  \"subject\": %s,\n  \"passed\": %d,\n  \"failed\": %d,\n" \
		"  \"skipped\": %d,\n  \"refusals\": %s,\n  \"results\": [\n%s\n  ]\n}\n", \
		quoted(side), quoted(subject), passed, failed, count["SKIP"], \
		words(refusals), list >json
	say("1.." n + 0)
	if (count["SKIP"])
		say("# " count["SKIP"] " skipped: the subject doesn't offer them")
	say(passed " passed, " failed " failed")
	exit failed > 0 || passed == 0
}
