# SPDX-License-Identifier: GPL-2.0-only
#
# table.awk - from the kernels' lines BENCH|name|text|least|median|most to the
# table on the screen, a text file and a JSON file.
#
# Variables: mode, limit, json, text; kind (native, guest) before each file.

BEGIN {
	# Xen 4.17's own share of the same event, measured with paravirtual
	# Linux 6.1 guests under the same -icount: guest less native.
	xen["syscall"] = 770
	xen["fault"] = 5400
	xen["fault_call"] = 5400
}

function median(values, n,	sorted, i, j, v) {
	for (i = 1; i <= n; i++) {
		v = values[i]
		for (j = i; j > 1 && sorted[j - 1] > v; j--)
			sorted[j] = sorted[j - 1]
		sorted[j] = v
	}
	return sorted[int((n + 1) / 2)]
}

function both(line) {
	print line
	print line > text
}

/^BENCH\|/ && NF >= 6 {
	sub(/\r$/, "", $6)
	if (!($2 in what)) {
		what[$2] = $3
		order[++rows] = $2
	}
	n = ++count[kind, $2]
	value[kind, $2, n] = $5 + 0
	if (n > 1 && $5 + 0 != value[kind, $2, n - 1])
		varied[kind, $2] = 1
}

function figure(kind, row,	values, i, n) {
	n = count[kind, row]
	for (i = 1; i <= n; i++)
		values[i] = value[kind, row, i]
	return median(values, n)
}

function ratio(row,	values, i, n) {
	n = count["guest", row]
	for (i = 1; i <= n; i++) {
		if (value["native", row, i] == 0)
			return "-"
		values[i] = value["guest", row, i] / value["native", row, i]
	}
	return sprintf("%.2f", median(values, n))
}

END {
	unit = mode == "clock" ? "clock ticks of the host" : "instructions"
	both(sprintf("SILK and the bare machine: %s, medians\n", unit))
	both(sprintf("%-36s %9s %9s %9s %8s %8s", "", "guest", "native",
		     "SILK's", "guest /", "Xen's"))
	both(sprintf("%-36s %9s %9s %9s %8s %8s", "operation", "", "", "share",
		     "native", "share"))
	printf "{\"unit\": \"%s\", \"rows\": [", unit > json
	order_of("loop")
	for (i = 1; i <= rows; i++)
		one(order[i], i)
	print "\n]}" > json
	both("")
	both("SILK's share: guest less native. Both run the same code but for")
	both("int $0x82 in the place of iret and calls in that of stores and CR3")
	both("loads, so the difference is the hypervisor's instructions, and the")
	both("guest's own to ask for the work. Xen: 4.17 PV under the same -icount.")
	if (mode != "clock")
		verdict()
	exit bad
}

function order_of(name) {
	if (!(("guest", name) in count) || !(("native", name) in count)) {
		both("FAILED: no row \"" name "\"")
		bad = 1
	}
}

function one(row, i,	g, n, share, r) {
	g = figure("guest", row)
	n = share = r = "-"
	if (("native", row) in count) {
		n = figure("native", row)
		share = g - n
		r = ratio(row)
	}
	both(sprintf("%-36s %9.2f %9s %9s %8s %8s", what[row], g,
		     n == "-" ? n : sprintf("%.2f", n),
		     share == "-" ? share : sprintf("%.2f", share), r,
		     mode != "clock" && row in xen ? xen[row] : ""))
	printf "%s\n{\"row\": \"%s\", \"text\": \"%s\", \"guest\": %s, \"native\": %s, \"ratio\": %s, \"xen_share\": %s}",
	       (i > 1 ? "," : ""), row, what[row], g, (n == "-" ? "null" : n),
	       (r == "-" ? "null" : r), (row in xen ? xen[row] : "null") > json
}

function verdict(	row, k, share, loop) {
	for (i = 1; i <= rows; i++)
		for (k = 0; k < 2; k++)
			if ((k ? "guest" : "native", order[i]) in varied)
				row = row " " order[i] (k ? "" : " (native)")
	both("")
	both(row == "" ? "Every median repeated exactly." : \
	     "Medians that did not repeat exactly:" row)
	loop = figure("guest", "loop")
	if (loop < 12.95 || loop > 13.05 || figure("native", "loop") != loop) {
		both("FAILED: 13 instructions read " loop)
		bad = 1
	}
	share = figure("guest", "syscall") - figure("native", "syscall")
	if (!(("guest", "syscall") in count) || share >= limit)
		bad = 1
	both(sprintf("The hypervisor's share of a system call: %.2f, limit %d: %s",
		     share, limit, share < limit ? "passed" : "FAILED"))
}
