# SPDX-License-Identifier: GPL-2.0-only
#
# report.awk - the account of both sides' results: lines for the terminal, and a page
# to look at.
#
#	awk -v html=FILE -v seconds=N [-v mutation=TEXT] -v commit=ID -v today=DATE \
#		-f scripts/launcher/probe.awk -f conformance/page.awk \
#		-f conformance/report.awk facts.tsv clauses.tsv RESULTS...
#
# A clause counts as tested if a result with the verdict SUCCESS, of the suite of the
# side that it addresses, is about it and none that is about it is bad; a refusal, if its
# clause was found in a diagnostics slot. scripts/launcher/conformance.awk says what a
# result is. Ends 1 if a result is bad, or a clause or a refusal is missing.

BEGIN { FS = "\t" }

FILENAME ~ /facts\.tsv$/ {
	if ($1 == "refusal") {
		row[++rows] = $6 "-" $7
		row_name[rows] = $2
		row_call[rows] = $3
		row_error[rows] = $4
		row_text[rows] = $8
	}
	next
}

FILENAME ~ /clauses\.tsv$/ {
	clause[++clauses] = $1
	to[$1] = $2
	kind[$1] = $4
	reason[$1] = $6
	title[$1] = $7
	place[$1] = $5
	next
}

$3 == "REFUSED" {
	k = split($5, id, " ")
	for (i = 1; i <= k; i++)
		provoked[id[i]] = provoked[id[i]] (provoked[id[i]] == "" ? "" : ", ") $4
	next
}

$3 == "JUDGED" { next }

{
	side = $1
	if ($3 == "SKIP") {
		skip_line[++skipped] = $0
	} else if ($3 == "SUCCESS") {
		passed++
	} else {
		failed++
		bad_line[failed] = $0
	}
	group = side "\t" (side == "hypervisor" ? $2 : "the stub hypervisor")
	if (!(group in group_seen)) {
		group_seen[group] = 1
		group_name[++groups] = group
	}
	tally[group, $3]++
	k = split($5, id, " ")
	for (i = 1; i <= k; i++)
		if (to[id[i]] == side) {
			if ($3 == "SUCCESS")
				good[id[i]]++
			else if ($3 != "SKIP")
				bad[id[i]]++
			if ($3 != "SKIP" && index(", " where[id[i]] ", ", ", " $4 ", ") == 0)
				where[id[i]] = where[id[i]] (where[id[i]] == "" ? "" : ", ") $4
		}
}

END {
	for (i = 1; i <= clauses; i++) {
		it = clause[i]
		if (reason[it] != "") {
			untestable++
			continue
		}
		testable++
		if (good[it] && !bad[it])
			tested++
		else
			missing = missing " " it
	}
	for (i = 1; i <= rows; i++)
		if (row[i] in provoked)
			seen_rows++
		else
			unseen = unseen " " row[i]
	ok = passed && !failed && missing == "" && unseen == ""
	page()
	for (i = 1; i <= groups; i++) {
		split(group_name[i], part, "\t")
		printf "%s side, on %s: %d passed, %d failed, %d skipped\n", part[1], part[2], \
			tally[group_name[i], "SUCCESS"], tally[group_name[i], "FAILURE"] + \
			tally[group_name[i], "CRASH"] + tally[group_name[i], "ERROR"], \
			tally[group_name[i], "SKIP"]
	}
	print "clauses: " tested + 0 " of " testable " tested by the suite of their side" \
		(untestable ? " (" untestable " can't be)" : "")
	if (missing != "") {
		print "not ok - clauses without a successful test:" missing
		failed++
	}
	print "refusals: " seen_rows + 0 " of " rows " provoked"
	if (unseen != "") {
		print "not ok - refusals never seen in a diagnostics slot:" unseen
		failed++
	}
	print "report: " html ", " seconds " s"
	print passed + 0 " passed, " failed + 0 " failed"
	exit failed > 0 || !passed
}
