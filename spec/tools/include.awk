# SPDX-License-Identifier: GPL-2.0-only
#
# include.awk - puts the header's tables into the chapters.
#
#	awk -f include.awk facts.tsv 00-intro.md ...
#
# A line `<!-- table: KIND ARGUMENTS -->` becomes a table made from the facts
# (see abi/tools/facts.c), `<!-- file: PATH -->` the text of a file as a code block,
# and what stands from `<!-- only in the source -->` to `<!-- end -->` is left
# out. Invariant: nothing that the header says is written in the chapters, so
# nothing can differ; a directive that finds nothing ends the build.

BEGIN { FS = "\t" }

function fail(what) {
	print FILENAME ":" FNR ": " what > "/dev/stderr"
	failed = 1
	exit 1
}

# Text of the header inside a table: `|` would end the cell, `*` and `_` begin
# emphasis; names of the ABI are shown as code.
function cell(text,    n, word, i, out, bare) {
	gsub(/\|/, "\\|", text)
	n = split(text, word, / /)
	for (i = 1; i <= n; i++) {
		if (match(word[i], /SILK_[A-Z0-9_]+\*?/) ||
		    match(word[i], /[a-z]+_[a-z_]+[a-z](\([a-z, ]*\))?/))
			word[i] = substr(word[i], 1, RSTART - 1) "`" \
				substr(word[i], RSTART, RLENGTH) "`" \
				substr(word[i], RSTART + RLENGTH)
		else
			gsub(/[*_<>~^$]/, "\\\\&", word[i])
		out = out (i > 1 ? " " : "") word[i]
	}
	return out
}

function code(text) {
	return text == "" ? "" : "`" text "`"
}

# An argument "KIND name" of a call's fact.
function argument_kind(text) { sub(/ .*/, "", text); return text }
function argument_name(text) { sub(/.* /, "", text); return text }

function load(    kind, k) {
	kind = $1
	k = ++count[kind]
	line[kind, k] = $0
	if (kind == "call")
		call_line[$3] = $0
	if (kind == "refusal")
		refusals_of[$3] = refusals_of[$3] " " k
	if (kind == "struct")
		struct_size[$2] = $3
	if (kind == "const") {
		const_value[$2] = $3
		const_text[$2] = $4
	}
}

function field(kind, k, n,    part) {
	split(line[kind, k], part, "\t")
	return part[n]
}

# ---- tables ----

function table_areas(    k) {
	print "| area | about |\n|:-----|:----------------------|"
	for (k = 1; k <= count["area"]; k++)
		print "| " field("area", k, 3) " | " cell(field("area", k, 4)) " |"
}

function table_groups(    k) {
	print "| number | group | version |\n|-------:|:-----------|:--------|"
	for (k = 1; k <= count["group"]; k++)
		print "| " field("group", k, 2) " | " field("group", k, 3) " | " \
			field("group", k, 4) "." field("group", k, 5) " |"
}

function table_features(    k, name) {
	print "| bit | group | value | what it offers |"
	print "|:----------------------|:--------|:------|:-----------------------------------------|"
	for (k = 1; k <= count["feature"]; k++) {
		name = "SILK_F_" field("feature", k, 2)
		print "| " code(name) " | " field("feature", k, 3) " | " \
			code(const_value[name]) " | " cell(field("feature", k, 5)) " |"
	}
}

function signature(text,    part, i, out) {
	split(text, part, "\t")
	for (i = 1; i <= part[5]; i++)
		out = out (i > 1 ? ", " : "") argument_name(part[5 + i])
	return part[3] "(" out ")"
}

function table_calls(    k) {
	print "| no. | call | group | what it does |"
	print "|----:|:--------------------------------------|:----------|:---------------------------------------|"
	for (k = 1; k <= count["call"]; k++)
		print "| " field("call", k, 2) " | [`" signature(line["call", k]) \
			"`](#call-" field("call", k, 3) ") | " field("call", k, 4) \
			" | " cell(field("call", k, 9)) " |"
}

function table_errors(    k) {
	print "| no. | error | meaning |"
	print "|----:|:------------------|:------------------------------------------------------------------|"
	for (k = 1; k <= count["error"]; k++)
		print "| " field("error", k, 2) " | " code("SILK_" field("error", k, 3)) \
			" | " cell(field("error", k, 4)) " |"
}

function table_numbered(kind, title, prefix, text,    k) {
	print "| no. | " title " | " text " |"
	print "|----:|:--------------------------|:------------------------------------------------------------|"
	for (k = 1; k <= count[kind]; k++)
		print "| " field(kind, k, 2) " | " code(prefix field(kind, k, 3)) \
			" | " cell(field(kind, k, 4)) " |"
}

# "1 frame" for an argument of a refusal.
function refused_argument(call, nr,    part) {
	if (nr == 0)
		return ""
	if (call == "entry")
		return nr (nr == 1 ? " target" : " value")
	split(call_line[call], part, "\t")
	return nr " " argument_name(part[5 + nr])
}

function refusal_rows(call, anchors,    k, n, i, number, id) {
	n = split(refusals_of[call], number, " ")
	for (i = 1; i <= n; i++) {
		k = number[i]
		id = field("refusal", k, 6) "-" field("refusal", k, 7)
		print "| " (anchors ? "[" id "]{#" id " .refusal}" : "[" id "](#" id ")") \
			" | " code("SILK_" field("refusal", k, 4)) " | " \
			refused_argument(call, field("refusal", k, 5)) " | " \
			cell(field("refusal", k, 8)) " |"
	}
	return n
}

function refusal_head() {
	print "| clause | error | argument | condition |"
	print "|:----------|:-------------------|:-------------|:----------------------------------------------------|"
}

function table_refusals(call,    title) {
	title = call == "any" ? "any call" : \
		call == "entry" ? "one table operation" : "`" call "`"
	print "::: caption\n*Refusals of " title ", in order:*\n:::\n"
	refusal_head()
	if (!refusal_rows(call, 1))
		fail("no refusals of " call)
}

function table_struct(name,    k, type, dim) {
	if (!(name in struct_size))
		fail("no structure " name)
	print "::: caption\n*`struct " name "`, " struct_size[name] " bytes:*\n:::\n"
	print "| at | size | declaration | meaning |"
	print "|-----:|-----:|:------------------------------------------|:---------------------------------------------|"
	for (k = 1; k <= count["member"]; k++) {
		if (field("member", k, 2) != name)
			continue
		type = field("member", k, 6)
		dim = type ~ /\[/ ? substr(type, index(type, "[")) : ""
		sub(/\[.*/, "", type)
		print "| " field("member", k, 4) " | " field("member", k, 5) " | " \
			code(type " " field("member", k, 3) dim) " | " \
			cell(field("member", k, 7)) " |"
	}
}

function matches(name, pattern) {
	if (pattern ~ /\*$/)
		return index(name, substr(pattern, 1, length(pattern) - 1)) == 1
	return name == pattern
}

function table_constants(patterns,    k, n, i, want, name, found) {
	n = split(patterns, want, " ")
	print "| constant | value | meaning |"
	print "|:-----------------------------|:-----------|:--------------------------------------------------|"
	for (i = 1; i <= n; i++) {
		found = 0
		for (k = 1; k <= count["const"]; k++) {
			name = field("const", k, 2)
			if (!matches(name, want[i]))
				continue
			found = 1
			print "| " code(name) " | " code(const_value[name]) " | " \
				cell(const_text[name]) " |"
		}
		if (!found)
			fail("no constant " want[i])
	}
}

# One section for each call: arguments, and every refusal in order.
function table_reference(    k, i, kind, part, name) {
	for (k = 1; k <= count["call"]; k++) {
		split(line["call", k], part, "\t")
		name = part[3]
		print "## " part[2] ". " name " {#call-" name "}\n"
		print "`" signature(line["call", k]) "`: " cell(part[9]) ". Group " part[4] ".\n"
		if (part[5] > 0) {
			print "| argument | register | kind |"
			print "|:------------|:------|:------|"
			for (i = 1; i <= part[5]; i++)
				print "| " code(argument_name(part[5 + i])) " | " \
					(i == 1 ? "EBX" : i == 2 ? "ECX" : "EDX") " | " \
					argument_kind(part[5 + i]) " |"
			print ""
		}
		if (!(name in refusals_of) && name !~ /^pt_(batch|run)$/) {
			print "No refusals but those of any call: [CALL-50], [CALL-51].\n"
			continue
		}
		print "Refused, in this order, by [CALL-50], [CALL-51], and:\n"
		refusal_head()
		refusal_rows(name, 0)
		if (name ~ /^pt_(batch|run)$/)
			refusal_rows("entry", 0)
		print ""
	}
}

function directive(kind, rest) {
	if (kind == "areas") table_areas()
	else if (kind == "groups") table_groups()
	else if (kind == "features") table_features()
	else if (kind == "calls") table_calls()
	else if (kind == "errors") table_errors()
	else if (kind == "events") table_numbered("event", "event", "SILK_EVENT_", "when")
	else if (kind == "reasons") table_numbered("reason", "reason", "SILK_SHUTDOWN_", "what happens")
	else if (kind == "crashes") table_numbered("crash", "cause", "SILK_CRASH_", "what it is")
	else if (kind == "refusals") table_refusals(rest)
	else if (kind == "struct") table_struct(rest)
	else if (kind == "constants") table_constants(rest)
	else if (kind == "reference") table_reference()
	else fail("unknown table: " kind)
}

# Tabs to the next multiple of eight columns.
function expand(text,    at) {
	while (at = index(text, "\t"))
		text = substr(text, 1, at - 1) substr("        ", 1, 8 - (at - 1) % 8) \
			substr(text, at + 1)
	return text
}

function include_file(path,    text, language) {
	language = path ~ /\.S$/ ? "gnuassembler" : path ~ /\.[ch]$/ ? "c" : "text"
	print "```" language
	found = 0
	while ((getline text < path) > 0) {
		print expand(text)
		found = 1
	}
	close(path)
	if (!found)
		fail("no file " path)
	print "```"
}

NR == FNR { load(); next }

FNR == 1 && $0 !~ /^---/ { print "" }	# a heading wants a blank line before it

/^<!-- only in the source -->$/, /^<!-- end -->$/ { next }

/^<!-- table: .* -->$/ {
	rest = $0
	sub(/^<!-- table: /, "", rest)
	sub(/ -->$/, "", rest)
	kind = rest
	sub(/ .*/, "", kind)
	sub(/^[^ ]+ ?/, "", rest)
	directive(kind, rest)
	next
}

/^<!-- file: .* -->$/ {
	path = $0
	sub(/^<!-- file: /, "", path)
	sub(/ -->$/, "", path)
	include_file(path)
	next
}

{ print }

END { exit failed }
