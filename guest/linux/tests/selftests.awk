# SPDX-License-Identifier: GPL-2.0-only
#
# selftests.awk - compare what Linux's self-tests said on the machine itself and
# in a guest. Prints "ok - TEST: ..." for each test.
#
#	awk -f selftests.awk selftests.differences NATIVE GUEST
#
# Compared are verdicts ("[OK] ..." and the like) and exit statuses, without the
# numbers in them, and each once: tests that fork print a buffered line twice, now
# and then. A verdict belongs to the "[RUN]" before it. Each line that only one side
# has must be one that the first file explains, and each of its lines must be needed.

FNR == 1 { file++ }

# TEST|native or guest|a text in the line|why
file == 1 {
	if (/^#/ || !NF)
		next
	split($0, part, /\|/)
	rows++
	row_test[rows] = part[1]
	row_side[rows] = part[2]
	row_text[rows] = part[3]
	next
}

/^SELFTEST / {
	sub(/^SELFTEST /, "")
	test = $1
	sub(/:$/, "", test)
	line = $0
	sub(/^[^ ]* /, "", line)
	if (line !~ /^(\[[A-Z]+\]|exit status)/)
		next
	if (!(test in seen)) {
		seen[test] = 1
		order[++tests] = test
	}
	gsub(/(0x)+[0-9a-f]+/, "N", line)
	if (line !~ /^exit/) {
		gsub(/[0-9]+/, "N", line)
		if (line ~ /^\[RUN\]/)
			run[file, test] = line
		else
			line = run[file, test] " -> " line
	}
	if (!((file, test, line) in said)) {
		said[file, test, line] = 1
		text[file, test, ++count[file, test]] = line
	}
}

function explained(test, side, line,	i)
{
	for (i = 1; i <= rows; i++) {
		if (row_test[i] == test && row_side[i] == side &&
		    index(line, row_text[i])) {
			used[i] = 1
			return 1
		}
	}
	return 0
}

# The lines of one side that the other hasn't.
function odd_lines(test, mine, other, side,	i, line)
{
	for (i = 1; i <= count[mine, test]; i++) {
		line = text[mine, test, i]
		if ((other, test, line) in said)
			continue
		differ++
		if (!explained(test, side, line)) {
			print side ": " test ": " line
			bad++
		}
	}
}

END {
	for (t = 1; t <= tests; t++) {
		test = order[t]
		differ = bad = 0
		odd_lines(test, 2, 3, "native")
		odd_lines(test, 3, 2, "guest")
		if (bad)
			print "not ok - " test ": it says something else than natively"
		else if (differ)
			print "ok - " test ": as natively, but for what is explained"
		else
			print "ok - " test ": as natively, " count[2, test] " lines"
	}
	for (i = 1; i <= rows; i++)
		if (!used[i])
			print "not ok - " row_test[i] ": no such difference: " row_text[i]
	print (tests > 15 ? "ok" : "not ok") " - " tests " tests ran"
}
