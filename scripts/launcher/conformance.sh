# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # top, parts, bytes, absolute: the launcher's
#
# conformance.sh - boot a guest on the stub hypervisor that looks at every
# act of it, in one mood or in all, and report by clause.
#
# TAP goes to the terminal; build/conformance/guest-NAME-MOOD.json holds the same
# with what was expected and seen and how to run that one again, .results as lines
# (conformance.awk), .console what the guest printed. The exit status is 0 if the guest broke nothing and ended by
# itself.

guest_moods='plain minimal nervous slow poisoned scarce newer'
conformance_usage='./silk conformance guest --subject KERNEL.elf
  [--mood plain|minimal|nervous|slow|poisoned|scarce|newer|major] [--disk IMG] [--initrd FILE]
  [--name NAME] [--mem SIZE] [--net CARDS] [--seed N] [--limit SECONDS] [--shutdown MS]
  [--input TEXT] [-- COMMAND LINE]'

# quoted WORD...: for a shell; sets $quoted.
quoted() {
	quoted=''
	for word; do
		case $word in
		*[!A-Za-z0-9_./=,:+-]* | '')
			word="'$(printf '%s' "$word" | sed "s/'/'\\\\''/g")'" ;;
		esac
		quoted=$quoted${quoted:+ }$word
	done
}

# subject NAME: a file, or a guest built here.
subject() {
	case $1 in
	*/* | *.elf) absolute "$1" ;;
	*) absolute="$top/build/guest/$1/$1.elf" ;;
	esac
	[ -f "$absolute" ] || wrong "--subject: no such file: $1"
}

conformance_options() {
	kernel='' mood='' disk='' initrd='' name='' mem=32M cards=1 seed=1 limit=60 ask=0 input='' words=''
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			words=$*
			break
			;;
		--help)
			printf 'usage: %s\n' "$conformance_usage"
			exit 0
			;;
		--subject | --mood | --disk | --initrd | --name | --mem | --net | --seed | --limit | --shutdown | --input)
			[ $# -ge 2 ] || wrong "$1 needs a value"
			;;
		*) wrong "unknown option: $1 ($conformance_usage)" ;;
		esac
		case $1 in
		--subject) subject "$2" && kernel=$absolute ;;
		--mood) mood=$2 ;;
		--disk) absolute "$2" && disk=$absolute ;;
		--initrd) absolute "$2" && initrd=$absolute ;;
		--name) name=$2 ;;
		--mem) mem=$2 ;;
		--net) cards=$2 ;;
		--seed) seed=$2 ;;
		--limit) limit=$2 ;;
		--shutdown) ask=$2 ;;
		--input) input=$(printf '%s' "$2" | sed 's/ /\\s/g') ;;
		esac
		shift 2
	done
	[ -n "$kernel" ] || wrong "conformance guest: which --subject?"
	[ -z "$mood" ] || case " $guest_moods major " in
	*" $mood "*) ;;
	*) wrong "--mood: not one of $guest_moods major: '$mood'" ;;
	esac
	[ -z "$disk" ] || [ -f "$disk" ] || wrong "--disk: no such file: $disk"
	[ -z "$initrd" ] || [ -f "$initrd" ] || wrong "--initrd: no such file: $initrd"
	chunks --mem "$mem"
	mem=$((bytes >> 22))
	number --mem "$mem" 2 40
	number --net "$cards" 1 4
	number --seed "$seed" 1 99999999
	number --limit "$limit" 1 3600
	number --shutdown "$ask" 0 3600000
	case $kernel$disk$initrd in
	*[\ ,]*) wrong "a path with a space or a comma" ;;
	esac
	[ -n "$name" ] || name=$(basename "$kernel" .elf)
}

# guest_results REPORT: as scripts/launcher/conformance.awk wants them. A clause that an
# act was about has a line JUDGED, too, with the number of acts.
guest_results() {
	subject=$name test=$name-$1 again=$again awk '
	function line(verdict, id, name, text) {
		gsub(/\t/, " ", text)
		printf "guest\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", ENVIRON["subject"], verdict,
			ENVIRON["test"], id, name, text, ENVIRON["again"]
	}
	/^# broke / { id = $3; fresh = !(id in expected) }
	/^#   expected: / && fresh { sub(/^#   expected: /, ""); expected[id] = $0 }
	/^#   seen: / && fresh { sub(/^#   seen: /, ""); seen[id] = $0 }
	/^#   at: / && fresh { sub(/^#   at: /, ""); seen[id] = seen[id] " (" $0 ")" }
	/^(not )?ok / {
		id = verdict = ""
		if (match($0, /\[[A-Z]+-[0-9]+\]/))
			id = substr($0, RSTART + 1, RLENGTH - 2)
		what = $0
		sub(/^(not )?ok [0-9]+ - (\[[A-Z0-9-]+\] )?/, "", what)
		if (match($0, /\((SUCCESS|FAILURE|CRASH|ERROR)/))
			verdict = substr($0, RSTART + 1, RLENGTH - 1)
		times = match($0, /, [0-9]+ times\)/) ? substr($0, RSTART + 2, RLENGTH - 9) : ""
		if (/# SKIP/) {
			sub(/ # SKIP.*/, "", what)
			line("SKIP", id, what, "nothing that it is about was seen")
			next
		}
		sub(/ \((SUCCESS|FAILURE|CRASH|ERROR).*/, "", what)
		line(verdict, id, what, id in seen ? "expected " expected[id] ", seen " seen[id] : "")
		if (id != "")
			line("JUDGED", id, what, times)
	}' "$2"
}

# places REPORT: the command that shows the lines of what is not right.
places() {
	sed -n "s/^not ok .*: eip \(0x[0-9a-f]*\) .*/\1/p; s/^#   at: eip \(0x[0-9a-f]*\) .*/\1/p; s/^#   called from: //p" "$1" |
		awk '!seen[$1]++ { list = list " " $1 }
			END { if (list != "") print "# where: addr2line -fipe " ENVIRON["kernel"] list }'
}

# one_mood MOOD: run it. Sets $status. The machine's clock counts instructions: what
# happens depends on the seed alone, and not on what else this machine has to do.
one_mood() {
	out=$top/build/conformance/guest-$name-$1
	rm -f "$out.tap" "$out.console" "$out.json" "$out.results"
	module="$kernel mood=$1 mem=$mem net=$cards seed=$seed limit=$limit shutdown=$ask"
	module="$module${input:+ input=$input} -- $words"
	module=$(printf '%s' "$module" | sed 's/,/,,/g')
	status=0
	timeout -k 5 $((limit * 4 + 60)) qemu-system-i386 -accel tcg -cpu qemu64 -m 256M \
		-icount shift=3,sleep=off -rtc base=2026-01-01,clock=vm \
		-nodefaults -display none -no-reboot -kernel "$stub" \
		-initrd "$module${disk:+,$disk}${initrd:+,$initrd initrd}" -serial "file:$out.tap" \
		-serial "file:$out.console" \
		-device isa-debug-exit,iobase=0xf4,iosize=4 \
		2>"$out.qemu" || status=$?
	quoted ./silk conformance guest --subject "$kernel" --name "$name" --mood "$1" \
		--mem "${mem}M" --net "$cards" --seed "$seed" --limit "$limit" --shutdown "$ask"
	again=$quoted
	again=./silk${again#./silk}
	again=$(printf '%s' "$again" | sed "s|$top/||g; s/--mem [0-9]*M/--mem $((mem * 4))M/")
	[ -z "$disk" ] || again="$again --disk $(printf '%s' "$disk" | sed "s|$top/||")"
	[ -z "$initrd" ] || again="$again --initrd $(printf '%s' "$initrd" | sed "s|$top/||")"
	if [ -n "$input" ]; then
		quoted "$(printf '%s' "$input" | sed 's/\\s/ /g')"
		again="$again --input $quoted"
	fi
	[ -z "$words" ] || again="$again -- $words"
	# The stub's own status 0 leaves QEMU with 1; it always ends its report.
	if ! grep -q '^\(not \)\{0,1\}ok [0-9]* - the end' "$out.tap" 2>/dev/null; then
		cat "$out.qemu" >&2
		echo "not ok 1 - the end: QEMU ended with status $status (ERROR)" >>"$out.tap"
		status=5
	fi
	rm -f "$out.qemu"
	guest_results "$1" "$out.tap" >"$out.results"
	awk -v quiet=1 -v json="$out.json" -f "$parts/probe.awk" -f "$parts/conformance.awk" "$out.results" || :
	cat "$out.tap"
	kernel=$kernel places "$out.tap" | sed "s|$top/||"
	printf '# run again: %s\n' "$again"
	[ "$status" -ne 1 ] || status=0
}

conformance_main() {
	conformance_options "$@"
	stub=$top/build/conformance/guest/stub.elf
	[ -f "$stub" ] || wrong "not built: make conformance-guest-build"
	mkdir -p "$top/build/conformance"
	bad=0
	for each in ${mood:-$guest_moods}; do
		one_mood "$each"
		[ "$status" -eq 0 ] || bad=1
	done
	exit "$bad"
}
