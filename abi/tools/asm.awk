# SPDX-License-Identifier: MIT
#
# asm.awk - from facts (see facts.c) to an assembler file that fails to
# assemble if a constant of silk.h has another value there than in C.

BEGIN {
	FS = "\t"
	print "#include \"silk.h\""
}

$1 == "const" && $3 ~ /^"/ {
	print ".ascii " $2
	next
}

$1 == "const" {
	print ".if " $2 " != " $3
	print ".error \"" $2 " is not " $3 "\""
	print ".endif"
}
