# SPDX-License-Identifier: MIT
#
# facts.awk - what silk.h defines outside of its tables: constants and
# structures, as lines of C for facts.c, which has the compiler evaluate them.
#
#   HEX(name, "comment") DEC(...) TEXT(...)      a constant, as it is written
#   STRUCT(name)  MEMBER(struct, member, "type", "comment")
#
# Invariant: names and comments are taken, never a value: those are worked out
# by the compiler, so what comes out is what a user of the header gets. Reads
# the header's own style: one constant or member to a line.

function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

# The comment that begins on this line, to its end on a later one.
function comment(    text, more) {
	if (!match($0, /\/\*/))
		return ""
	text = substr($0, RSTART + 2)
	while (text !~ /\*\// && (getline more) > 0) {
		sub(/^[ \t]*\*?[ \t]*/, "", more)
		if (more ~ /^\//)
			break
		text = text " " more
	}
	sub(/\*\/.*/, "", text)
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	return text
}

/^#define SILK_[A-Z0-9_]+[ \t]+[^ \t\\]/ && !/\\$/ && $2 !~ /\(/ {
	name = $2
	value = $3
	kind = value ~ /^"/ ? "TEXT" : value ~ /^0x/ ? "HEX" : "DEC"
	print kind "(" name ", " quoted(comment()) ")"
	next
}

/^struct [a-z_]+ \{/ {
	struct = $2
	print "STRUCT(" struct ")"
	next
}

/^\};/ { struct = "" }

struct != "" && /^\t(u?int[0-9]+_t|char|struct [a-z_]+)[ \t]+[a-z_0-9]+(\[[A-Z_0-9a-z]+\])?;/ {
	line = $0
	sub(/;.*/, "", line)
	sub(/^\t/, "", line)
	dim = ""
	if (match(line, /\[.*\]/)) {
		dim = substr(line, RSTART)
		line = substr(line, 1, RSTART - 1)
	}
	n = split(line, word, /[ \t]+/)
	type = word[1] (n == 3 ? " " word[2] : "")
	print "MEMBER(" struct ", " word[n] ", " quoted(type dim) ", " quoted(comment()) ")"
	next
}

# A member in a form that is not known here would be left out of the lock.
struct != "" && /^\t[a-z]/ {
	printf "silk.h:%d: a member that facts.awk can't read\n", NR > "/dev/stderr"
	exit 1
}
