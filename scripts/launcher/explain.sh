# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# silk explain WORD: what a clause (PT-7), an error (EKIND, 7, -7) or a call
# (pt_alloc) means, from the ABI's header and the specification.

explain_usage='usage: ./silk explain CLAUSE|ERROR|CALL, such as PT-7, EKIND, -7, pt_alloc'

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
	explain_rows error "$(awk -F '\t' -v want="$1" \
		'$1 == "error" && ($3 == want || $2 == want) { print $3 }' "$facts")"
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

explain_main() {
	[ $# -eq 1 ] || wrong "$explain_usage"
	case $1 in --help) echo "$explain_usage"; return ;; esac
	facts=$top/build/abi/facts.tsv
	[ -n "$(find "$facts" -newer "$top/abi/silk.h" 2>/dev/null)" ] ||
		(cd "$top" && abi/tools/check.sh facts build/abi) ||
		failed "the header's facts can't be made"
	case $1 in
	[A-Z]*-[0-9]*) explain_prose "$1" || explain_rows clause "$1" ||
			wrong "there is no clause $1" ;;
	-[0-9]* | [0-9]*) explain_error "${1#-}" || wrong "there is no error $1" ;;
	E[A-Z]*) explain_error "$1" || wrong "there is no error $1" ;;
	*) explain_call "$1" || wrong "$1 is no clause, error or call: $explain_usage" ;;
	esac
}
