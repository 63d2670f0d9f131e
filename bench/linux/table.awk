# SPDX-License-Identifier: GPL-2.0-only
#
# table.awk - from xen.table and the lines SIDE ROUND NAME MEDIAN UNIT ... of
# bench/linux/run to the table of ratios. A rate's ratio is turned round, so that
# 1.00 is native and more is slower, for each row.
#
# Variables: mode (instructions, clock), title, guest (silk, xen), seconds, some (only
# some rows were run)

FILENAME ~ /xen.table$/ {
	if (!/^#/ && NF == 3) {
		xen[$1] = mode == "clock" ? $3 : $2
		order[++rows] = $1
	}
	next
}

$4 != "-" {
	value[$1, $2, $3] = $4
	unit[$3] = $5
	if ($2 > rounds)
		rounds = $2
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

# Of one row: sets n, mid, least, most, guest, native.
function take(row,	r, ratio, g, m) {
	n = 0
	for (r = 1; r <= rounds; r++) {
		if (!(("guest", r, row) in value) || !(("native", r, row) in value))
			continue
		n++
		g[n] = value["guest", r, row]
		m[n] = value["native", r, row]
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
	guest = median(g, n)
	native = median(m, n)
}

function one(row,	verdict) {
	take(row)
	if (!n) {
		if (some == "" && xen[row] != "")
			missing = missing " " row
		return
	}
	verdict = ""
	if (xen[row] != "-") {
		compared++
		# As exact as Xen's is written: 1.00 against 1.00 is not worse.
		if (sprintf("%.2f", mid) + 0 <= xen[row] + 0)
			better++
		else
			verdict = "worse"
	}
	printf "%-16s %11.2f %11.2f %-8s %6.2f %15s %7s %s\n", row, guest, native,
		unit[row], mid, (rounds > 1 ? sprintf("%.2f - %.2f", least, most) : ""),
		xen[row], verdict
	if (row == "cpu_int" && mode == "instructions" && (native < 12.95 || native > 13.05))
		wrong = "the loop of 13 instructions reads " native
}

END {
	if (mode == "clock")
		printf "%s and natively: by the clock, medians of %d rounds\n\n", title, rounds
	else
		printf "%s and natively: instructions (as ns)\n\n", title
	printf "%-16s %11s %11s %-8s %6s %15s %7s\n", "row", "guest", "native", "unit",
		"ratio", (rounds > 1 ? "least - most" : ""), "Xen's"
	for (i = 1; i <= rows; i++)
		one(order[i])
	printf "\nratio: guest / native (of a rate: native / guest). Xen's: measured with\n"
	printf "Xen 4.17.7 PV, QEMU 7.2 TCG, elsewhere. %d of %d rows are not worse; %d s.\n",
		better, compared, seconds
	if (missing != "")
		wrong = "missing rows:" missing
	if (wrong != "")
		print "FAILED: " wrong
	exit wrong != "" || (guest == "silk" && mode == "instructions" && better < compared)
}
