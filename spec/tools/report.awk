# SPDX-License-Identifier: GPL-2.0-only
#
# report.awk - clauses.json, and what is not as it should be between clauses,
# lock, CHANGELOG, citations and tests.
#
#	awk -f report.awk -v json=FILE -v strict=0|1 clauses.tsv digests \
#		clauses.lock CHANGELOG cites.tsv
#
# digests has a line `DIGEST FILE/ID.txt` for each clause. Prints problems and a
# summary; the exit status is 1 if there is a problem.

BEGIN { FS = "\t" }

function problem(what) {
	print "spec-check: " what
	bad = 1
}

function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

# Is it in the conformance suite of the side that the clause addresses?
function by_suite(id, file) {
	return index(file, "conformance/" to[id] "/") == 1
}

# A test of one side says nothing of the other.
function counts(id, file) {
	if (to[id] == "guest")
		return file !~ /^conformance\/hypervisor\//
	return file !~ /^conformance\/guest\//
}

FILENAME ~ /clauses\.tsv$/ {
	order[++n] = $1
	to[$1] = $2
	since[$1] = $3
	kind[$1] = $4
	place[$1] = $5
	reason[$1] = $6
	title[$1] = $7
	text[$1] = $8
	next
}

FILENAME ~ /digests$/ {
	split($0, word, " ")
	id = word[2]
	sub(/.*\//, "", id)
	sub(/\.txt$/, "", id)
	digest[id] = word[1]
	next
}

FILENAME ~ /\.lock$/ {
	have_lock = 1
	split($0, word, " ")
	locked[word[1]] = word[2] == "withdrawn" ? "withdrawn" : word[3]
	next
}

# What the CHANGELOG names under [Unreleased], below a heading that says how.
FILENAME ~ /CHANGELOG$/ {
	if (/^## /)
		unreleased = /^## \[Unreleased\]/
	else if (/^### /)
		how = /^### (abi-breaking|abi-additive|internal)$/
	else if (unreleased && how) {
		rest = $0
		while (match(rest, /[A-Z][A-Z]+-[0-9]+/)) {
			named[substr(rest, RSTART, RLENGTH)] = 1
			rest = substr(rest, RSTART + RLENGTH)
		}
	}
	next
}

$1 == "cite" && !($2 in to) {
	problem($3 ": cites [" $2 "], which is " \
		(locked[$2] == "withdrawn" ? "withdrawn" : "no clause"))
}

$1 == "cover" && ($2 in to) && counts($2, $3) && !(($2, $3) in seen) {
	seen[$2, $3] = 1
	if (by_suite($2, $3))
		suite[$2] = 1
	tests[$2] = tests[$2] (tests[$2] == "" ? "" : ", ") quoted($3)
}

function compare_lock(    i, id) {
	if (!have_lock) {
		problem("there is no spec/clauses.lock: make spec-lock")
		return
	}
	for (i = 1; i <= n; i++) {
		id = order[i]
		if (id in named)
			continue
		if (!(id in locked))
			problem("[" id "] is new, and CHANGELOG doesn't name it under [Unreleased]")
		else if (locked[id] != digest[id])
			problem("[" id "] has another text than the locked one, and " \
				"CHANGELOG doesn't name it under [Unreleased]")
	}
	for (id in locked)
		if (!(id in to) && locked[id] != "withdrawn" && !(id in named))
			problem("[" id "] is gone, and CHANGELOG doesn't name it under [Unreleased]")
}

function write_json(    i, id) {
	printf "{\n\"clauses\": [\n" > json
	for (i = 1; i <= n; i++) {
		id = order[i]
		printf "{\"id\": %s, \"to\": %s, \"since\": %s, \"kind\": %s, \"place\": %s,\n" \
			" \"title\": %s,\n \"text\": %s,\n \"sha256\": %s,\n" \
			" \"untestable\": %s, \"tests\": [%s]}%s\n", \
			quoted(id), quoted(to[id]), quoted(since[id]), quoted(kind[id]), \
			quoted(place[id]), quoted(title[id]), quoted(text[id]), \
			quoted(digest[id]), \
			reason[id] == "" ? "null" : quoted(reason[id]), tests[id], \
			i < n ? "," : "" > json
	}
	printf "]\n}\n" > json
	close(json)
}

function coverage(    i, id, list, width, uncovered) {
	for (i = 1; i <= n; i++) {
		id = order[i]
		if (reason[id] != "") {
			untestable++
			if (tests[id] != "")
				problem("[" id "] is called untestable, and tested by " tests[id])
			continue
		}
		addressed[to[id]]++
		if (suite[id])
			suited[to[id]]++
		else
			uncovered = uncovered " " id
		if (tests[id] != "") {
			covered++
		} else {
			bare++
			list = list (width % 12 ? " " : "\n  ") id
			width++
		}
	}
	if (bare) {
		print "spec-check: without a test:" list
		if (strict)
			problem(bare " clauses have neither a test nor a reason why not")
	}
	if (uncovered != "") {
		print "spec-check: not in the conformance suite of their side:\n " uncovered
		if (strict)
			problem("a clause is tested elsewhere, but not by the suite of its side")
	}
	for (i = 1; i <= n; i++)
		if (reason[order[i]] != "")
			print "spec-check: [" order[i] "] can't be tested: " reason[order[i]]
	if (untestable * 20 > n)
		problem("more than 5 % of the clauses are said to be untestable")
}

END {
	compare_lock()
	write_json()
	coverage()
	printf "spec-check: conformance suites: %d of %d of the hypervisor's clauses, %d of %d of the guest's\n", \
		suited["hypervisor"], addressed["hypervisor"], suited["guest"], addressed["guest"]
	printf "spec-check: %d clauses: %d tested, %d can't be, %d have no test\n", \
		n, covered, untestable, bare
	exit bad
}
