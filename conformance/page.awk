# SPDX-License-Identifier: GPL-2.0-only
#
# page.awk - one page that says at a glance whether both sides conform: the verdict,
# what failed and how to run it again, figures, then clauses by chapter and refusals by
# call. Functions for report.awk, whose account it shows; the look is page.css.
#
# Invariant: the page needs nothing but itself.

function put(line) {
	print line > html
}

function text(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/"/, "\\&quot;", s)
	gsub(/[\001-\037\177-\377]/, "?", s)
	return s
}

# 12345 as 12,345
function number(n) {
	n = n + 0 ""
	while (match(n, /[0-9][0-9][0-9][0-9]($|,)/))
		n = substr(n, 1, RSTART) "," substr(n, RSTART + 1)
	return n
}

function count_of(n, what) {
	return number(n) " " what (n == 1 ? "" : "s")
}

# Markdown's `code` and **bold**
function prose(s) {
	s = text(s)
	while (match(s, /`[^`]*`/))
		s = substr(s, 1, RSTART - 1) "<code>" substr(s, RSTART + 1, RLENGTH - 2) "</code>" \
		    substr(s, RSTART + RLENGTH)
	gsub(/\*\*/, "", s)
	return s
}

function links(ids,    n, i, id, out) {
	n = split(ids, id, " ")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? " " : "") (id[i] in to ? "<a href=\"#" id[i] "\">" id[i] "</a>" : text(id[i]))
	return out
}

# ---- the verdict, and what is wrong ----

function page_head(    line, style, what) {
	put("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
	put("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
	put("<title>" (ok ? "passes" : "FAILS") ": SILK conformance</title>\n<style>")
	style = css == "" ? "conformance/page.css" : css
	while ((getline line < style) > 0)
		put(line)
	put("</style></head><body>")
	what = failed ? count_of(failed, "check") (failed == 1 ? " fails" : " fail") : ""
	if (missing != "")
		what = what (what == "" ? "" : ", ") count_of(testable - tested, "clause") " without a good test"
	if (unseen != "")
		what = what (what == "" ? "" : ", ") count_of(rows - seen_rows, "refusal") " never seen"
	if (!passed)
		what = what (what == "" ? "" : ", ") "nothing passed"
	put("<header class=\"" (ok ? "good" : "bad") "\"><p>SILK conformance</p><h1>" \
	    (ok ? "Both sides conform: all checks pass" : "Does not conform: " what) "</h1><p>" \
	    number(passed) " checks passed, " number(failed) " failed, " number(skipped) \
	    " skipped &middot; " seconds " s &middot; commit <code>" text(commit) "</code> &middot; " \
	    text(today) "</p></header>")
}

function page_failure(line,    f) {
	split(line, f, "\t")
	parse(f[7])
	put("<div class=failure><h3><span class=verdict>" f[3] "</span>" text(f[4] ": " f[6]) "</h3><dl>")
	if (f[5] != "")
		put("<dt>clauses<dd>" links(f[5]))
	if (expected == "") {
		put("<dt>seen<dd>" text(f[7]))
	} else {
		put("<dt>expected<dd>" text(expected))
		put("<dt>seen<dd>" text(seen))
	}
	put("<dt>subject<dd>" text(f[1] " side: " f[2]))
	put("<dt>again<dd><code>" text(f[8]) "</code></dl></div>")
}

function page_failures(    i) {
	if (ok)
		return
	put("<h2>What is wrong</h2>")
	if (missing != "")
		put("<div class=failure><h3>Clauses without a successful test</h3>" links(missing) "</div>")
	if (unseen != "")
		put("<div class=failure><h3>Refusals never seen in a diagnostics slot</h3>" text(unseen) "</div>")
	for (i = 1; i <= failed; i++)
		page_failure(bad_line[i])
}

# ---- figures ----

function card(value, what, fine) {
	put("<div class=\"card" (fine ? "" : " bad") "\"><b>" value "</b><span>" what "</span></div>")
}

function page_figures(    n, i, line) {
	put("<div class=cards>")
	card(number(tested) " / " number(testable), "clauses tested by the suite of the side they address", \
	     tested == testable)
	card(number(seen_rows) " / " number(rows), "ways to refuse a call provoked", seen_rows == rows)
	card(number(untestable), "of " number(clauses) " clauses can't be tested", untestable * 20 <= clauses)
	n = split(mutation, line, "|")
	for (i = 1; i <= n; i++)
		if (match(line[i], /[0-9]+ of [0-9]+/))
			card(gensub_of(substr(line[i], RSTART, RLENGTH)), \
			     text(substr(line[i], RLENGTH + 2)), 1)
	put("</div>")
}

function gensub_of(s) {
	sub(/ of /, " / ", s)
	return s
}

function page_subjects(    i, g, part, k) {
	put("<h2>What was run</h2><div class=scroll><table><tr><th>side<th>subject<th class=n>passed" \
	    "<th class=n>skipped<th class=n>failures<th class=n>crashes<th class=n>errors of the test</tr>")
	for (i = 1; i <= groups; i++) {
		g = group_name[i]
		split(g, part, "\t")
		put("<tr><td>" part[1] "<td>" text(part[2]))
		for (k = 1; k <= split("SUCCESS SKIP FAILURE CRASH ERROR", verdict, " "); k++)
			put("<td class=\"n" (k > 2 && tally[g, verdict[k]] ? " failed" : "") "\">" \
			    number(tally[g, verdict[k]]))
		put("</tr>")
	}
	put("</table></div>")
	if (!skipped)
		return
	put("<details class=plain><summary>" count_of(skipped, "check") " skipped, and why</summary>" \
	    "<div class=scroll><table><tr><th>subject<th>check<th>why</tr>")
	for (i = 1; i <= skipped; i++) {
		split(skip_line[i], part, "\t")
		sub(/.*\//, "", part[2])
		put("<tr><td>" text(part[2]) "<td>" text(part[4] ": " part[6]) "<td>" text(part[7]) "</tr>")
	}
	put("</table></div></details>")
}

# ---- clauses by chapter ----

function state_of(id) {
	return reason[id] != "" ? "untestable" : bad[id] ? "failed" : !good[id] ? "missing" : "tested"
}

# The chapter's title, from the file that has the clause.
function chapter(area, place,    file, line) {
	file = place
	sub(/:[0-9]*$/, "", file)
	while ((getline line < file) > 0)
		if (index(line, "# " area ": ") == 1) {
			close(file)
			return substr(line, length(area) + 5)
		}
	close(file)
	return ""
}

# Clauses from..upto, of one chapter.
function page_area(area, from, upto,    i, id, n, fine, strip) {
	for (i = from; i <= upto; i++) {
		id = clause[i]
		if (state_of(id) != "untestable") {
			n++
			fine += state_of(id) == "tested"
		}
		strip = strip "<i class=\"" (state_of(id) == "tested" ? to[id] : state_of(id)) \
			"\" title=\"" text(id " " title[id]) "\"></i>"
	}
	put("<details" (fine < n ? " open" : "") "><summary><b>" area "</b><span>" \
	    text(chapter(area, place[clause[from]])) "</span><span class=\"count" (fine < n ? " bad" : "") \
	    "\">" fine + 0 " / " n + 0 "</span><span class=strip>" strip "</span></summary>")
	put("<div class=scroll><table><tr><th>clause<th>title<th>addressed to<th>status<th>tests</tr>")
	for (i = from; i <= upto; i++) {
		id = clause[i]
		put("<tr id=\"" id "\"><td class=id>" id "<td>" prose(title[id]) "<td>" to[id] \
		    "<td class=\"" state_of(id) "\">" (state_of(id) == "untestable" ? "can't be tested" : state_of(id)) \
		    "<td>" text(reason[id] != "" ? reason[id] : where[id]) "</tr>")
	}
	put("</table></div></details>")
}

function page_clauses(    i, area, from) {
	put("<h2>Clauses by chapter</h2><p class=\"sub legend\">A square is a clause:" \
	    "<i></i>the hypervisor's, tested<i class=guest></i>the guest's, tested" \
	    "<i class=failed></i>failed or untested<i class=untestable></i>can't be tested</p>")
	for (i = 1; i <= clauses + 1; i++) {
		area = clause[i]
		sub(/-.*/, "", area)
		if (i > 1 && area != last_area)
			page_area(last_area, from, i - 1)
		if (area != last_area)
			from = i
		last_area = area
	}
}

# ---- refusals by call ----

# Two rows of the table stand for more than a call.
function call_name(s) {
	return s == "any" ? "any call" : s == "entry" ? "any write of an entry" : s
}

function page_call(from, upto,    i, n, strip) {
	for (i = from; i <= upto; i++) {
		n += row[i] in provoked
		strip = strip "<i class=\"" (row[i] in provoked ? "" : "missing") "\" title=\"" \
			text(row[i] " " row_error[i] ": " row_text[i]) "\"></i>"
	}
	put("<details class=call" (n <= upto - from ? " open" : "") "><summary><b>" call_name(row_call[from]) \
	    "</b><span class=\"count" (n <= upto - from ? " bad" : "") "\">" n + 0 " / " upto - from + 1 \
	    "</span><span class=strip>" strip "</span></summary>")
	put("<div class=scroll><table><tr><th>clause<th>error<th>condition<th>provoked by</tr>")
	for (i = from; i <= upto; i++)
		put("<tr><td class=id>" row[i] "<td><code>" row_error[i] "</code><td>" prose(row_text[i]) "<td" \
		    (row[i] in provoked ? ">" text(provoked[row[i]]) : " class=missing>never seen") "</tr>")
	put("</table></div></details>")
}

function page_refusals(    i, from) {
	put("<h2>Refusals by call</h2><p class=sub>Each way in which the specification lets a call be " \
	    "refused, in the order of the checks; provoked, and seen in the diagnostics slot.</p>")
	for (i = from = 1; i <= rows + 1; i++)
		if (i > 1 && row_call[i] != row_call[i - 1]) {
			page_call(from, i - 1)
			from = i
		}
}

function page() {
	page_head()
	page_failures()
	page_figures()
	page_subjects()
	page_clauses()
	page_refusals()
	put("<footer>Made by <code>make conformance</code>. <code>./silk explain CLAUSE</code> says what a " \
	    "clause wants. The same as JSON: hypervisor.json, hypervisor-stub.json and guest.json " \
	    "beside this file.</footer></body></html>")
}
