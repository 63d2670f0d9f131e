# SPDX-License-Identifier: GPL-2.0-only
#
# table.awk - from xen.table and the lines SIDE ROUND NAME MEDIAN UNIT ... of
# bench/linux/run to the table of ratios. A rate's ratio is turned round, so that
# 1.00 is native and more is slower, for each row.
#
# Files: xen.table, *.runs; a second *.runs is what Xen did on this machine.
# Variables: mode (instructions, clock), title, guest (silk, xen), seconds, some (only
# some rows were run)

FNR == 1 {
	source = FILENAME ~ /xen.table$/ ? 0 : ++sources
}

FILENAME ~ /xen.table$/ {
	if (!/^#/ && NF == 3) {
		xen[$1] = mode == "clock" ? $3 : $2
		order[++rows] = $1
	}
	next
}

$4 != "-" {
	value[source, $1, $2, $3] = $4
	unit[$3] = $5
	if ($2 > rounds[source])
		rounds[source] = $2
}

function sorted(list, n,	i, j, v) {
	for (i = 2; i <= n; i++) {
		v = list[i]
		for (j = i - 1; j >= 1 && list[j] > v; j--)
			list[j + 1] = list[j]
		list[j + 1] = v
	}
}

function median(list, n) {
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

# Of one row: sets n, mid, least, most, inside, native.
function take(from, row,	r, ratio, g, m) {
	n = 0
	for (r = 1; r <= rounds[from]; r++) {
		if (!((from, "guest", r, row) in value) || !((from, "native", r, row) in value))
			continue
		n++
		g[n] = value[from, "guest", r, row]
		m[n] = value[from, "native", r, row]
		ratio[n] = unit[row] == "MB/s" ? m[n] / g[n] : g[n] / m[n]
	}
	if (!n)
		return
	sorted(ratio, n)
	sorted(g, n)
	sorted(m, n)
	mid = median(ratio, n)
	least = ratio[1]
	most = ratio[n]
	inside = median(g, n)
	native = median(m, n)
}

# As exact as Xen's is written: 1.00 against 1.00 is not worse.
function verdict(ratio, row) {
	if (guest != "silk" || xen[row] == "-")
		return ""
	compared++
	if (sprintf("%.2f", ratio) + 0 > xen[row] + 0)
		return "worse"
	better++
	return ""
}

function here(row) {
	take(2, row)
	return n ? sprintf("%.2f", mid) : ""
}

function one(row,	line) {
	take(1, row)
	if (!n) {
		if (some == "" && xen[row] != "")
			missing = missing " " row
		return
	}
	if (row == "cpu_int" && mode == "instructions" && (native < 12.95 || native > 13.05))
		wrong = "the loop of 13 instructions reads " native
	line = sprintf("%-16s %11.2f %11.2f %-8s %6.2f %15s %7s", row, inside, native,
		unit[row], mid, (rounds[1] > 1 ? sprintf("%.2f - %.2f", least, most) : ""),
		xen[row])
	line = line sprintf(" %-5s", verdict(mid, row)) (sources > 1 ? sprintf(" %7s", here(row)) : "")
	sub(/ +$/, "", line)
	print line
}

END {
	if (mode == "clock")
		printf "%s and natively: by the clock, medians of %d rounds\n\n", title, rounds[1]
	else
		printf "%s and natively: instructions (as ns)\n\n", title
	printf "%-16s %11s %11s %-8s %6s %15s %7s%s\n", "row", "guest", "native", "unit",
		"ratio", (rounds[1] > 1 ? "least - most" : ""), "Xen's",
		(sources > 1 ? "       here" : "")
	for (i = 1; i <= rows; i++)
		one(order[i])
	printf "\nratio: guest / native (of a rate: native / guest). Xen's: of Xen 4.17.7 PV,\n"
	printf "by xen.table"
	if (sources > 1)
		printf "; here: its dom0 on this machine (make bench-xen)"
	if (guest == "silk")
		printf ". %d of %d rows are not worse", better, compared
	printf "; %d s.\n", seconds
	if (missing != "")
		wrong = "missing rows:" missing
	if (wrong != "")
		print "FAILED: " wrong
	exit wrong != "" || (guest == "silk" && mode == "instructions" && better < compared)
}
