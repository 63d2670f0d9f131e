# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # top, parts, absolute, dir: the launcher's, conformance-boot.sh's
#
# conformance-hypervisor.sh - ./silk conformance hypervisor: boot the stub
# guests of conformance/hypervisor/ and report what they found, as TAP and JSON.
#
# The subject is a Multiboot image that takes guests as ours does: modules with
# the words name=, mem=, maxmem=, weight=, console=, disk= and restart=. A line
# "guest:" in the head of a test's main.c says what its guest gets; further such
# lines are further guests of the same image. Words that are the driver's own:
#
#   disk=slow[:ro]   a disk that completes after 50 ms and reads as zeros
#   disk=zero        the same at once
#   disk=late        1 MB that does five requests a second, in their order
#   disk=keep        1 MB that keeps what is written, also over reboots
#   disk=bad         one that fails whatever touches its sectors 100 to 107
#   net=N            N network cards on one switch, if --net was given: the subject
#                    knows the word net= then
#   console=slow     nobody reads the console in the first seconds
#   console=typed    what the guest asks for is typed: see conformance-boot.sh
#   image=WORD       not the test's own image, but what its script "image" makes of it
#   alone            a boot of its own
#   operator         it wants our prompt on the first serial port
#
# With --serial the subject serves one guest a boot, whose console is the second
# serial port; it gets no disk, but that with --disk-module a test's only disk, if it is
# `keep` or `zero`, is a module behind the guest's kernel. Guests run several in one boot
# otherwise. One that doesn't come to its end is run again, by itself, before it counts as
# crashed. --words adds words of the subject's own to each guest's.
#
# A test may have a script "look", which is run after its boot with the folder of
# the consoles and the subject's log, and reports in the guests' own form.
#
# What was found is kept in build/conformance/hypervisor.results (conformance.awk has
# the form), -NAME for another subject, and in .json.

TOGETHER=8
CONF_LIMIT=${CONF_LIMIT:-120} # seconds for a boot, at most
# shellcheck source=/dev/null
. "$parts/conformance-boot.sh"

conformance_main() {
	subject=$top/build/hypervisor/silk.elf only='' pid='' net='' serial='' quiet=''
	disk_module='' extra='' options=''
	while [ $# -gt 0 ]; do
		case $1 in
		--net) net=1 options="$options --net" ;;
		--serial) serial=1 TOGETHER=1 options="$options --serial" ;;
		--disk-module) disk_module=1 options="$options --disk-module" ;;
		--quiet) quiet=1 ;;
		--subject=*) subject=${1#*=} ;;
		--only=*) only=${1#*=} ;;
		--subject | --only | --words)
			[ $# -ge 2 ] || wrong "$1 needs a value"
			case $1 in
			--subject) subject=$2 ;;
			--words) extra=$2 options="$options --words '$2'" ;;
			*) only=$2 ;;
			esac
			shift
			;;
		*) wrong "conformance hypervisor: unknown option $1" ;;
		esac
		shift
	done
	[ -f "$subject" ] || wrong "no hypervisor $subject: run 'make'"
	absolute "$subject"
	subject=$absolute
	cd "$top" || exit 1
	conf_names
	trap conf_stop EXIT
	trap 'exit 1' INT TERM HUP
	conf_list
	conf_boots
	conf_report
}

# Where things go; $again is the command for one test, without --only.
conf_names() {
	built=build/conformance/hypervisor
	shown=${subject#"$top/"}
	suffix=$(basename "$subject" .elf)
	again='./silk conformance hypervisor'
	case $shown in
	build/hypervisor/silk.elf) suffix='' ;;
	*) again="$again --subject $shown" ;;
	esac
	[ "$suffix" != silk ] || suffix=''
	suffix=${suffix:+-$suffix}
	again=$again$options
	out=$built/run$suffix
	base=build/conformance/hypervisor$suffix
	rm -rf "$out"
	mkdir -p "$out"
	: >"$base.results"
}

# The tests to run: $out/list. "DIR/TEXT" is the tests of DIR, and of those the
# lines that contain TEXT. CONF_TESTS has the names of those to choose from.
conf_list() {
	lines=''
	case $only in
	*/*) lines=${only#*/} only=${only%%/*} ;;
	esac
	for main in conformance/hypervisor/*/main.c; do
		test=${main%/main.c}
		test=${test##*/}
		case $test in
		*$only*) ;;
		*) continue ;;
		esac
		case " ${CONF_TESTS:-$test} " in
		*" $test "*) ;;
		*) continue ;;
		esac
		[ -f "$built/$test.elf" ] ||
			wrong "$test is not built: run 'make conformance-hypervisor-guests'"
		echo "$test"
	done >"$out/list"
	[ -s "$out/list" ] || wrong "no test is called like '$only'"
}

# What stands behind "guest:" in a test's head, one line a guest.
conf_guests() {
	sed -n 's/^ \* guest: *//p' "conformance/hypervisor/$1/main.c"
}

conf_boots() {
	boots=0 batch='' n=0
	while read -r test; do
		if [ -n "$serial" ] && [ "$(conf_guests "$test" | wc -l)" -gt 1 ]; then
			result SKIP "$test" '' 'the whole test' 'the subject serves one guest'
			continue
		fi
		if [ -n "$serial" ] && conf_guests "$test" | grep -qw operator; then
			result SKIP "$test" "" "the whole test" "the subject has no operator's prompt"
			continue
		fi
		if conf_guests "$test" | grep -qw alone; then
			conf_boot "$test" </dev/null
			continue
		fi
		batch="$batch $test"
		n=$((n + 1))
		if [ "$n" -eq "$TOGETHER" ]; then
			conf_boot "$batch" </dev/null
			batch='' n=0
		fi
	done <"$out/list"
	[ -z "$batch" ] || conf_boot "$batch"
}

# result VERDICT TEST CLAUSES NAME TEXT
result() {
	printf 'hypervisor\t%s\t%s\t%s\t%s\t%s\t%s\t%s --only %s\n' "$shown" "$1" "$2" "$3" \
		"$4" "$5" "$again" "$2" >>"$base.results"
}

# conf_boot 'TEST...': run them, keep their lines; those that did not end run
# again alone.
conf_boot() {
	conf_run "$1"
	set -f
	# shellcheck disable=SC2086 # names of tests
	set -- $1
	set +f
	boot_dir=$dir
	for test; do
		if ! conf_ended "$boot_dir/$test" && [ $# -gt 1 ]; then
			conf_run "$test"
		else
			dir=$boot_dir
		fi
		conf_collect "$test"
	done
}

# conf_lines TEST: its lines, from standard input, as results; and what refusals
# were seen in the diagnostics slot.
conf_lines() {
	tr -d '\r' | awk -v test="$1" -v subject="$shown" -v again="$again --only $1" '
		BEGIN { OFS = "\t" }
		/^(SUCCESS|FAILURE|SKIP|ERROR) \[/ {
			verdict = $1
			clauses = $0
			sub(/^[A-Z]* \[/, "", clauses)
			rest = clauses
			sub(/\].*/, "", clauses)
			sub(/^[^]]*\] /, "", rest)
			text = ""
			if (verdict != "SUCCESS") {
				at = index(rest, " - ")
				text = substr(rest, at + 3)
				rest = substr(rest, 1, at - 1)
			} else
				sub(/ \([0-9]* probes\)$/, "", rest)
			print "hypervisor", subject, verdict, test, clauses, rest, text, again
		}
		/^suite: refused / {
			sub(/^suite: refused /, "")
			print "hypervisor", subject, "REFUSED", test, $0, "", "", ""
		}' >>"$base.results"
}

# conf_collect TEST: what it and its "look" have to say goes to the results.
conf_collect() {
	for console in "$dir/$1" "$dir/$1"-b*; do
		[ ! -f "$console" ] || case $console in
		*.in | *.out | *.disk | *.elf) ;;
		*) conf_lines "$1" <"$console" ;;
		esac
	done
	stray=$(grep -a '^not ok stray-trap' "$dir/$1" 2>/dev/null | head -n 1 | tr -d '\r')
	if [ -n "$stray" ] || ! conf_ended "$dir/$1"; then
		last=$(grep -a '^[A-Z]* \[' "$dir/$1" 2>/dev/null | tail -n 1 |
			sed 's/^[A-Z]* \[[^]]*\] //; s/ ([0-9]* probes).*//' | tr -d '\r')
		seen=$(grep -a "$1: \|PANIC" "$dir/log" 2>/dev/null |
			tr -d '\r' | head -n 1)
		result CRASH "$1" '' "after \"${last:-its entry}\"" \
			"expected the end of the test, seen ${stray:-${seen:-nothing more}}"
		return
	fi
	[ ! -f "conformance/hypervisor/$1/look" ] || conf_lines "$1" <"$dir/$1.look"
}

conf_report() {
	[ -z "$lines" ] || {
		grep -F -e "$lines" "$base.results" >"$out/some" || :
		mv "$out/some" "$base.results"
	}
	awk -v json="$base.json" -v quiet="$quiet" -f "$parts/probe.awk" -f "$parts/conformance.awk" "$base.results"
}
