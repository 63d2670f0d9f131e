# SPDX-License-Identifier: MIT
#
# lock.awk - from facts (see facts.c) to what abi.lock pins: names, numbers,
# sizes, offsets, and the order of refusals; not the wording of the texts.

BEGIN {
	FS = "\t"
	keep["version"] = 3
	keep["group"] = 5
	keep["feature"] = 4
	keep["call"] = 8
	keep["error"] = 3
	keep["area"] = 3
	keep["refusal"] = 7
	keep["event"] = 3
	keep["reason"] = 3
	keep["crash"] = 3
	keep["const"] = 3
	keep["struct"] = 3
	keep["member"] = 6
}

{
	if (!($1 in keep)) {
		print "lock.awk: unknown fact: " $0 > "/dev/stderr"
		exit 1
	}
	line = $1
	for (i = 2; i <= keep[$1]; i++)
		line = line " " ($i == "" ? "-" : $i)
	print line
}
