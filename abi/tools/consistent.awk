# SPDX-License-Identifier: MIT
#
# consistent.awk - whether the tables of silk.h agree with each other, from
# facts (see facts.c). Prints what doesn't; ends with 1 then.

function wrong(what) {
	print "abi/silk.h: " what
	bad = 1
}

function unique(kind, key) {
	if ((kind, key) in seen)
		wrong(kind " " key " is there twice")
	seen[kind, key] = 1
}

# Numbers of a table follow each other from `first` on.
function next_number(kind, nr, first) {
	if (!(kind in last))
		last[kind] = first - 1
	if (nr != last[kind] + 1)
		wrong(kind " " nr " does not follow " last[kind])
	last[kind] = nr
	count[kind]++
}

function constant(name, value) {
	expected[name] = value
}

BEGIN { FS = "\t" }

$1 == "version"	{ major = $2; minor = $3 }
$1 == "group"	{ next_number("group", $2, 0); unique("group", $3); group[$3] = 1
		  if ($3 == "ABI" && ($4 != major || $5 != minor))
			wrong("group ABI has not the version of the ABI") }
$1 == "feature"	{ unique("feature", $2); unique("feature bit of " $3, $4)
		  constant("SILK_F_" $2, 2 ^ $4)
		  if (!($3 in group)) wrong("feature " $2 " of unknown group " $3) }
$1 == "call"	{ next_number("call", $2, 0); unique("call", $3); nargs[$3] = $5
		  if (!($4 in group)) wrong("call " $3 " of unknown group " $4)
		  for (i = 1; i <= 3; i++)
			if ((i <= $5) != ($(5 + i) != ""))
				wrong("call " $3 " has not " $5 " arguments") }
$1 == "error"	{ next_number("error", $2, 1); unique("error", $3); error[$3] = 1 }
$1 == "area"	{ next_number("area", $2, 1); unique("area", $3); area[$3] = 1 }
$1 == "event"	{ next_number("event", $2, 0); constant("SILK_EVENT_" $3, $2) }
$1 == "reason"	{ next_number("reason", $2, 0); constant("SILK_SHUTDOWN_" $3, $2) }
$1 == "crash"	{ next_number("crash", $2, 0) }

$1 == "refusal" {
	unique("refusal", $2)
	unique("clause", $6 "-" $7)
	if ($7 < 50)
		wrong("refusal " $2 " has a number below 50")
	if (!($4 in error))
		wrong("refusal " $2 " with unknown error " $4)
	if (!($6 in area))
		wrong("refusal " $2 " in unknown area " $6)
	if ($3 != "any" && $3 != "entry") {
		if (!($3 in nargs))
			wrong("refusal " $2 " of unknown call " $3)
		else if ($5 > nargs[$3])
			wrong("refusal " $2 " of an argument that " $3 " hasn't")
	}
}

$1 == "const" { value[$2] = $3 }

# Hexadecimal constants come as 0x..., and awk reads decimal ones.
function number(text,    i, n) {
	if (text !~ /^0x/)
		return text + 0
	for (i = 3; i <= length(text); i++)
		n = n * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return n
}

END {
	constant("SILK_NR_GROUPS", count["group"])
	constant("SILK_NR_CALLS", count["call"])
	constant("SILK_NR_ERRORS", count["error"] + 1)
	constant("SILK_NR_EVENTS", count["event"])
	constant("SILK_ABI_VERSION", major * 65536 + minor)
	for (name in expected) {
		if (!(name in value))
			wrong(name " is missing")
		else if (number(value[name]) != expected[name])
			wrong(name " is " value[name] ", the table says " expected[name])
	}
	exit bad
}
