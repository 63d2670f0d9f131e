# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# silk explain WORD...: what a clause (PT-7), an error (EKIND, 7, -7), a call (pt_alloc),
# a refusal (ALLOC_OWNER), an event, a crash's cause, a reason of shutdown, a group, a
# feature, a structure, a member of one or a constant is, from the ABI's header and
# the specification.

explain_usage='usage: ./silk explain WORD..., such as PT-7, EKIND, -7, pt_alloc, TIMER, BAD_STACK'

# A prose clause: its fenced div, as it stands in the specification.
explain_prose() {
	awk -v id="#$1" '
	/^::: *\{\.clause/ { inside = index($0, id " ") > 0
			     if (inside) { to = $0; sub(/.*to="/, "", to); sub(/".*/, "", to)
					   printf "[%s] for the %s:\n", substr(id, 2), to }
			     next }
	/^:::/		   { if (inside) found = 1; inside = 0 }
	inside		   { gsub(/\*\*/, ""); print "  " $0 }
	END		   { exit !found }' "$top"/spec/[0-9]*.md
}

# A row of the header's refusals, by clause; rows by error or call.
explain_rows() {
	awk -F '\t' -v field="$1" -v want="$2" '
	$1 != "refusal"	{ next }
	{ clause = $6 "-" $7 }
	(field == "clause" ? clause : field == "error" ? $4 : $3) == want {
		who = $3 == "any" ? "any call" : $3 == "entry" ? "each page-table operation" : $3
		about = $5 ? ", about argument " $5 : ""
		printf "[%s] %s is refused by %s%s: %s\n", clause, who, $4, about, $8
		found = 1
	}
	END { exit !found }' "$facts"
}

explain_error() {
	awk -F '\t' -v want="$1" '
	$1 == "error" && ($3 == want || $2 == want) {
		printf "%s (-%s): %s. It is given when:\n", $3, $2, $4; found = 1 }
	END { exit !found }' "$facts" || return
	name=$(awk -F '\t' -v want="$1" \
		'$1 == "error" && ($3 == want || $2 == want) { print $3 }' "$facts")
	explain_rows error "$name" || echo "no call is refused by it; it is the status of what has completed"
}

explain_call() {
	awk -F '\t' -v want="$1" '
	$1 == "call" && $3 == want {
		for (i = 6; i <= 8; i++)
			if ($i != "") { sub(/^[A-Z0-9]+ /, "", $i); args = args (args ? ", " : "") $i }
		printf "%s(%s), call %s of group %s: %s. Its refusals, in order:\n", $3, args, $2, $4, $9
		found = 1
	}
	END { exit !found }' "$facts" || return
	explain_rows call "$1" || echo "none"
}

# Where the specification speaks of a word: clauses whose text has it, in full names
# or as code.
explain_clauses() {
	awk -v want="$1" '
	/^::: *\{\.clause/ { id = $0; sub(/.*#/, "", id); sub(/ .*/, "", id); text = ""; title = "" }
	id != ""	   { text = text " " $0 }
	id != "" && title == "" && /^\*\*/ { title = $0; sub(/^\*\*/, "", title); sub(/\*\*.*/, "", title) }
	/^:::$/		   { if (id != "" && text ~ "(^|[^A-Za-z0-9_])" want "([^A-Za-z0-9_]|$)")
				print "  [" id "] " title
			     id = "" }' "$top"/spec/[0-9]*.md | head -n 12
}

# Rows with a number, a name and a sentence: events, reasons, causes of a crash.
explain_named() {
	awk -F '\t' -v want="$1" '
	BEGIN {
		say["event"] = "event %s, bit %s of pending and mask: set when %s.\n"
		say["reason"] = "reason %s of shutdown, %s: %s.\n"
		say["crash"] = "a cause of a crash that the hypervisor declares, %s (%s): %s.\n"
		say["area"] = "%s, area %s of the specification: %s.\n"
	}
	$1 in say && $3 == want {
		printf say[$1], $3, $2, $4; found = 1 }
	$1 == "group" && $3 == want {
		printf "group %s of calls, number %s, version %s.%s. Its calls:\n", $3, $2, $4, $5
		group = $3; found = 1 }
	$1 == "feature" && $2 == want {
		printf "feature %s, bit %s of group %s: %s.\n", $2, $4, $3, $5; found = 1 }
	$1 == "call" && $4 == group && group != "" { printf "  %s: %s\n", $3, $9 }
	END { exit !found }' "$facts"
}

# Constants, structures, members.
explain_layout() {
	awk -F '\t' -v want="$1" '
	$1 == "const" && $2 == want {
		printf "%s is %s%s\n", $2, $3, $4 == "" ? "." : ": " $4; found = 1 }
	$1 == "struct" && $2 == want {
		printf "struct %s, %s bytes:\n", $2, $3; found = 1 }
	$1 == "member" && ($2 == want || $2 "." $3 == want) {
		printf "  %s.%s at %s: %s%s\n", $2, $3, $4, $6, $7 == "" ? "" : ", " $7; found = 1 }
	END { exit !found }' "$facts"
}

# A refusal by the name of its row.
explain_refusal() {
	row=$(awk -F '\t' -v want="$1" '$1 == "refusal" && $2 == want { print $6 "-" $7 }' "$facts")
	[ -n "$row" ] && explain_rows clause "$row"
}

explain_word() {
	case $1 in
	[A-Z]*-[0-9]*)
		explain_prose "$1" || explain_rows clause "$1" || wrong "there is no clause $1"
		return ;;
	-[0-9]* | [0-9]*)
		explain_error "${1#-}" || wrong "there is no error $1"
		return ;;
	esac
	# A name may be several things: RAM, TIMER, CALL ...
	known=''
	word=${1#SILK_}
	for kind in error call named refusal layout; do
		"explain_$kind" "$word" && known=yes
	done
	[ "$word" = "$1" ] || ! explain_layout "$1" || known=yes
	case $word in
	EVENT_* | SHUTDOWN_* | F_*) ! explain_named "${word#*_}" || known=yes ;;
	esac
	[ -n "$known" ] || explain_layout "SILK_$word" || wrong "$1 is nothing known: $explain_usage"
	clauses=$(explain_clauses "$1")
	[ -z "$clauses" ] || printf 'The specification speaks of it in\n%s\n' "$clauses"
}

explain_main() {
	[ $# -ge 1 ] || wrong "$explain_usage"
	case $1 in --help) echo "$explain_usage"; return ;; esac
	facts=$top/build/abi/facts.tsv
	[ -n "$(find "$facts" -newer "$top/abi/silk.h" 2>/dev/null)" ] ||
		(cd "$top" && abi/tools/check.sh facts build/abi) ||
		failed "the header's facts can't be made"
	for word; do
		explain_word "$word"
	done
}
