# SPDX-License-Identifier: GPL-2.0-only
#
# last.awk - the ring of last steps in a dump of the machine's memory, as od
# prints its words in decimal, one row a step: oldest first, with the names of
# acts from the guest's console (-v acts="query yield ...").

BEGIN { acts_n = split(acts, name, " ") }

NR == 1 { next_step = $3; next }	# the ring's head

{
	number = $1
	if (number >= next_step || number + 64 < next_step)
		next
	line[number] = sprintf("%8d  %s(0x%x, 0x%x, 0x%x)", number,
		$2 < acts_n ? name[$2 + 1] : "act " $2, $3, $4, $5)
	if ($6 >= 4294963200)
		line[number] = line[number] " = -" 4294967296 - $6
	else if ($6)
		line[number] = line[number] sprintf(" = 0x%x", $6)
	if ($7 != 4294967295)
		line[number] = line[number] sprintf(", trap %u at 0x%x", $7, $8)
	if (number == next_step - 1)
		line[number] = line[number] "  <- under way"
	if (first == "" || number < first)
		first = number
}

END {
	for (n = first; n < next_step; n++)
		if (n in line)
			print line[n]
}
