# SPDX-License-Identifier: GPL-2.0-only
#
# clauses.awk - all clauses of the specification, one to a line, and what is
# wrong with them.
#
#	awk -f clauses.awk facts.tsv clauses.lock untestable CHAPTER... > clauses.tsv
#
# Fields, separated by tabs: identifier, addressee, since, kind (clause or
# refusal), place, untestable (the reason, or empty), title, text. Prose clauses
# come from the chapters, refusals from the header's table. Problems go to the
# standard error; the exit status is 1 then. Invariant: words that oblige stand
# in clauses, and each clause has one.

BEGIN { FS = "\t"; OBLIGE = "MUST|SHALL|SHOULD|MAY|REQUIRED|RECOMMENDED|OPTIONAL" }

function wrong(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	bad = 1
}

function obliges(text) {
	return text ~ ("(^|[^A-Za-z])(" OBLIGE ")([^A-Za-z]|$)")
}

function attribute(text, name,    value) {
	if (!match(text, "[ {]" name "=\"[^\"]*\""))
		return ""
	value = substr(text, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
	return value
}

# The same text in other lines, or a table with wider columns, is the same.
function normal(text) {
	gsub(/[ \t]+/, " ", text)
	gsub(/--+/, "-", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	return text
}

function newer(since,    part) {
	split(since, part, ".")
	return part[1] + 0 > major || (part[1] + 0 == major && part[2] + 0 > minor)
}

# The key under which a clause is sorted: areas in the header's order.
function key(id,    part) {
	split(id, part, "-")
	return sprintf("%03d%05d", area[part[1]], part[2])
}

function put(id, to, since, kind, place, reason, title, text) {
	if (id in line)
		wrong("[" id "] is there twice")
	if (id in withdrawn)
		wrong("[" id "] was withdrawn: its number is not used again")
	line[id] = id "\t" to "\t" since "\t" kind "\t" place "\t" reason "\t" \
		title "\t" text
	keys[key(id)] = id
	order[++n] = key(id)
}

# ---- facts ----

FILENAME ~ /facts\.tsv$/ && $1 == "version" { major = $2; minor = $3 }
FILENAME ~ /facts\.tsv$/ && $1 == "area" { area[$3] = $2 }
FILENAME ~ /facts\.tsv$/ && $1 == "call" {
	for (i = 1; i <= $5; i++) {
		argument[$3, i] = $(5 + i)
		sub(/.* /, "", argument[$3, i])
	}
}
FILENAME ~ /facts\.tsv$/ && $1 == "refusal" { refusal[++refusals] = $0 }
FILENAME ~ /facts\.tsv$/ { next }

# ---- the lock: when each was first there ----

FILENAME ~ /\.lock$/ {
	split($0, word, " ")
	if (word[2] == "withdrawn")
		withdrawn[word[1]] = 1
	else
		first[word[1]] = word[2]
	next
}

# ---- reasons why a refusal can't be tested ----

FILENAME ~ /untestable$/ {
	if (/^[A-Z]+-[0-9]+ ./) {
		id = $0
		sub(/ .*/, "", id)
		untestable[id] = substr($0, length(id) + 2)
	} else if (!/^#/ && $0 != "") {
		wrong("not `ID reason'")
	}
	next
}

# ---- chapters ----

FNR == 1 && inside { wrong("[" id "] has no end"); inside = 0 }

/^::: *\{\.clause / {
	if (inside)
		wrong("[" id "] has no end")
	inside = 1
	text = ""
	place = FILENAME ":" FNR
	id = $0
	if (!match(id, /#[A-Z]+-[0-9]+/)) {
		wrong("a clause without an identifier")
		next
	}
	id = substr(id, RSTART + 1, RLENGTH - 1)
	split(id, part, "-")
	to = attribute($0, "to")
	since = attribute($0, "since")
	reason = attribute($0, "untestable")
	if (!(part[1] in area))
		wrong("[" id "]: no such area")
	if (part[2] < 1 || part[2] > 49)
		wrong("[" id "]: clauses in prose have numbers 1 to 49")
	if (to != "hypervisor" && to != "guest")
		wrong("[" id "]: addressed to \"" to "\"")
	if (since !~ /^[0-9]+\.[0-9]+$/ || newer(since))
		wrong("[" id "]: since \"" since "\"")
	next
}

/^::: *$/ && inside {
	inside = 0
	text = normal(text)
	if (!match(text, /^\*\*[^*]+\*\*/)) {
		wrong("[" id "] has no title")
		title = ""
	} else {
		title = substr(text, 3, RLENGTH - 4)
		sub(/\.$/, "", title)
	}
	if (!obliges(text))
		wrong("[" id "] obliges nobody to anything")
	put(id, to, since, "clause", place, reason, title, text)
	next
}

inside { text = text " " $0; next }

obliges($0) { wrong("a word that obliges, outside of a clause: " $0) }

function take_refusals(    k, f, id, who, what, since) {
	for (k = 1; k <= refusals; k++) {
		split(refusal[k], f, "\t")
		id = f[6] "-" f[7]
		who = f[3] == "any" ? "any call" : f[3] == "entry" ? \
			"a table operation" : f[3]
		what = f[5] == 0 ? "" : f[3] == "entry" ? \
			(f[5] == 1 ? "target" : "value") : argument[f[3], f[5]]
		if (what != "")
			what = ", argument " f[5] " (" what ")"
		since = id in first ? first[id] : major "." minor
		put(id, "hypervisor", since, "refusal", "abi/silk.h", untestable[id],
		    who ": SILK_" f[4] what, \
		    who " is refused with SILK_" f[4] what " if this holds: " f[8])
		delete untestable[id]
	}
}

function sort(    i, j, k) {
	for (i = 2; i <= n; i++) {
		k = order[i]
		for (j = i - 1; j >= 1 && order[j] > k; j--)
			order[j + 1] = order[j]
		order[j + 1] = k
	}
}

END {
	if (inside)
		wrong("[" id "] has no end")
	take_refusals()
	for (id in untestable)
		wrong("spec/untestable: [" id "] is no refusal")
	sort()
	for (i = 1; i <= n; i++)
		print line[keys[order[i]]]
	exit bad
}
