# SPDX-License-Identifier: GPL-2.0-only
#
# report.awk - the account of both sides' results: lines for the terminal, and a page
# to look at.
#
#	awk -v html=FILE -v seconds=N [-v mutation=TEXT] -v commit=ID -v today=DATE \
#		-f report.awk facts.tsv clauses.tsv RESULTS...
#
# A clause counts as tested if a result with the verdict SUCCESS, of the suite of the
# side that it addresses, is about it and none that is about it is bad; a refusal, if its
# clause was found in a diagnostics slot. scripts/launcher/conformance.awk says what a
# result is. Ends 1 if a result is bad, or a clause or a refusal is missing.

BEGIN { FS = "\t" }

function text(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/[\001-\037\177-\377]/, "?", s)
	return s
}

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
		skipped++
	} else if ($3 == "SUCCESS") {
		passed++
	} else {
		failed++
		bad_line[failed] = $3 "\t" $4 "\t" $5 "\t" $6 "\t" $7 "\t" $8
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

function put(line) {
	print line > html
}

function head() {
	put("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
	put("<title>SILK conformance</title>\n<style>")
	put("body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1.5rem;color:#1c2330;background:#fbfbfa}")
	put("h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p.sub{color:#667;margin:.2rem 0 1.5rem}")
	put(".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem}")
	put(".card{background:#fff;border:1px solid #e2e4e8;border-radius:.5rem;padding:.8rem 1rem}")
	put(".card b{display:block;font-size:1.5rem;line-height:1.3}.card span{color:#667;font-size:.85rem}")
	put(".good b{color:#0a7d3c}.bad b{color:#b3261e}")
	put("table{border-collapse:collapse;width:100%;background:#fff;border:1px solid #e2e4e8}")
	put("th,td{text-align:left;padding:.3rem .7rem;border-top:1px solid #eceef1;vertical-align:top}")
	put("th{font-weight:600;background:#f3f4f6;border-top:0}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}")
	put(".grid{display:flex;flex-wrap:wrap;gap:3px;margin:.1rem 0 .7rem}.area{font-size:.85rem;color:#445;font-weight:600}")
	put(".c{font-size:.72rem;padding:.1rem .35rem;border-radius:.25rem;background:#d9f2e1;color:#0b5c2d;cursor:default}")
	put(".c.f{background:#f9d7d4;color:#8c1d18}.c.m{background:#fff;color:#8c1d18;outline:1px dashed #b3261e}.c.u{background:#e8eaee;color:#556}.c.g{background:#dbe9fb;color:#174a8b}")
	put("code{font-size:.85em;background:#f3f4f6;padding:.05rem .25rem;border-radius:.2rem}footer{margin:2.5rem 0;color:#778;font-size:.85rem}")
	put("</style></head><body>")
}

function card(value, what, fine) {
	put("<div class=\"card " (fine ? "good" : "bad") "\"><b>" value "</b><span>" what "</span></div>")
}

function figures(    n, i, line) {
	put("<h1>SILK conformance</h1><p class=\"sub\">" today ", commit " commit \
	    ", both sides in " seconds " seconds</p><div class=\"cards\">")
	card(passed + 0, "results that pass", passed > 0)
	card(failed + 0, "that fail", !failed)
	card(tested "/" testable, "clauses tested by the suite of their side", tested == testable)
	card(seen_rows "/" rows, "refusals seen in a diagnostics slot", seen_rows == rows)
	card(untestable + 0, "clauses that can't be tested", untestable * 20 <= clauses)
	n = split(mutation, line, "|")
	for (i = 1; i <= n; i++)
		if (match(line[i], /[0-9]+ of [0-9]+/))
			card(text(substr(line[i], RSTART, RLENGTH)), text(line[i]), 1)
	put("</div>")
}

function subjects(    i, g, part) {
	put("<h2>What was run</h2><table><tr><th>side<th>subject<th class=n>success<th class=n>skipped<th class=n>failure<th class=n>crash<th class=n>error</tr>")
	for (i = 1; i <= groups; i++) {
		g = group_name[i]
		split(g, part, "\t")
		put("<tr><td>" part[1] "<td>" text(part[2]) "<td class=n>" tally[g, "SUCCESS"] + 0 \
		    "<td class=n>" tally[g, "SKIP"] + 0 "<td class=n>" tally[g, "FAILURE"] + 0 \
		    "<td class=n>" tally[g, "CRASH"] + 0 "<td class=n>" tally[g, "ERROR"] + 0 "</tr>")
	}
	put("</table>")
}

function bad_results(    i, f) {
	if (!failed)
		return
	put("<h2>What failed</h2><table><tr><th>verdict<th>test<th>clauses<th>expected and seen<th>again</tr>")
	for (i = 1; i <= failed; i++) {
		split(bad_line[i], f, "\t")
		put("<tr><td>" f[1] "<td>" text(f[2] ": " f[4]) "<td>" f[3] "<td>" text(f[5]) \
		    "<td><code>" text(f[6]) "</code></tr>")
	}
	put("</table>")
}

# g: addressed to the guest.
function shade(id) {
	if (reason[id] != "")
		return " u"
	if (bad[id])
		return " f"
	if (!good[id])
		return " m"
	return to[id] == "guest" ? " g" : ""
}

function all_clauses(    i, id, area, last) {
	put("<h2>Clauses</h2><p class=sub>Green: addressed to the hypervisor, blue: to the guest; point at one to see its title and its tests.</p>")
	for (i = 1; i <= clauses; i++) {
		id = clause[i]
		area = id
		sub(/-.*/, "", area)
		if (area != last)
			put((last == "" ? "" : "</div>") "<div class=area>" area "</div><div class=grid>")
		last = area
		put("<span class=\"c" shade(id) "\" title=\"" text(id ": " title[id]) " (" \
		    (reason[id] != "" ? text(reason[id]) : text(where[id])) ")\">" \
		    substr(id, length(area) + 2) "</span>")
	}
	put("</div>")
}

function all_refusals(    i, last) {
	put("<h2>Refusals</h2><table><tr><th>call<th>refusal<th>clause<th>error<th>condition<th>provoked by</tr>")
	for (i = 1; i <= rows; i++) {
		put("<tr><td>" (row_call[i] == last ? "" : row_call[i]) "<td>" row_name[i] "<td>" \
		    "<span class=\"c" (row[i] in provoked ? "" : " m") "\">" row[i] "</span><td>" row_error[i] "<td>" \
		    text(row_text[i]) "<td>" text(provoked[row[i]]) "</tr>")
		last = row_call[i]
	}
	put("</table>")
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
	head()
	figures()
	subjects()
	bad_results()
	all_clauses()
	all_refusals()
	put("<footer>Made by <code>make conformance</code>; the same as JSON in build/conformance/hypervisor.json, hypervisor-stub.json and guest.json.</footer></body></html>")
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
