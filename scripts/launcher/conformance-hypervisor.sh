# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# conformance-hypervisor.sh - ./silk conformance hypervisor: boot the stub
# guests of conformance/hypervisor/ and report what they found, as TAP and JSON.
#
# The subject is a Multiboot image that takes guests as ours does: modules with
# the words name=, mem=, maxmem=, console=, disk= and restart=. A line "guest:" in
# the head of a test's main.c says what its guest gets; a second such line is a
# second guest of the same image. Words that are the driver's own:
#
#   disk=slow[:ro]   a disk that completes after 50 ms and reads as zeros
#   disk=zero        the same at once
#   disk=keep        1 MB that keeps what is written, also over reboots
#   net=N            N network cards on one switch, if --net was given: the subject
#                    knows the word net= then
#   console=slow     nobody reads the console in the first seconds
#   alone            a boot of its own
#
# With --serial the subject serves one guest a boot, whose console is the second
# serial port; it gets no disk.
#
# Guests run several in one boot. One that doesn't come to its end is run again,
# by itself, before it counts as crashed.

TOGETHER=8
CONF_LIMIT=${CONF_LIMIT:-120}	# seconds for a boot, at most

conformance_main() {
	subject=$top/build/hypervisor/silk.elf only='' pid='' net='' serial=''
	while [ $# -gt 0 ]; do
		case $1 in
		--net) net=1 ;;
		--serial) serial=1 TOGETHER=1 ;;
		--subject=*) subject=${1#*=} ;;
		--only=*) only=${1#*=} ;;
		--subject | --only)
			[ $# -ge 2 ] || wrong "$1 needs a value"
			case $1 in
			--subject) subject=$2 ;;
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
	built=build/conformance/hypervisor
	out=$built/run
	rm -rf "$out"
	mkdir -p "$out"
	trap conf_stop EXIT
	trap 'exit 1' INT TERM HUP
	conf_list
	: >"$out/results"
	conf_boots
	conf_report
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
			printf 'SKIP\t%s\t\tthe whole test\tthe subject serves one guest\n' \
				"$test" >>"$out/results"
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

conf_ended() {
	grep -aq '^suite: END' "$1" 2>/dev/null
}

# conf_run 'TEST...': one boot, until all have ended or none can any more.
conf_run() {
	boots=$((boots + 1))
	dir=$out/boot$boots
	mkdir -p "$dir"
	initrd='' memory=0 console=0 disks=0
	set -f
	if [ -n "$serial" ]; then
		memory=192
		set -- "$1" -device isa-debug-exit,iobase=0xf4
	else
		set -- "$1" -device virtio-serial-pci,disable-legacy=on,max_ports=31
	fi
	for test in $1; do
		part=''
		conf_guests "$test" >"$dir/guests"
		while read -r words; do
			conf_guest
			if [ -n "$serial" ]; then
				set -- "$@" -chardev "$chardev" -serial file:"$dir/log" \
					-serial "chardev:c$console"
				continue
			fi
			set -- "$@" -chardev "$chardev" \
				-device "virtconsole,chardev=c$console,nr=$console"
			for drive in $drives; do
				set -- "$@" -blockdev "$drive" -device \
					"virtio-blk-pci,disable-legacy=on,drive=d$disks"
				disks=$((disks + 1))
			done
			console=$((console + 1))
		done <"$dir/guests"
	done
	tests=$1
	set +f
	[ -n "$serial" ] || set -- "$@" -serial "file:$dir/log"
	shift
	qemu-system-i386 -accel tcg -M pc -cpu qemu64,-syscall,-lm -nodefaults \
		-display none -no-reboot -m $((memory + 64)) -kernel "$subject" \
		-initrd "${initrd#,}" "$@" >"$dir/qemu" 2>&1 </dev/null &
	pid=$!
	conf_wait
	conf_stop
}

# One guest of $test, from $words: appends to $initrd, sets $chardev and $drives.
conf_guest() {
	name=$test$part kept='' uses='' drives='' disk=$disks
	chardev=file,id=c$console,path=$dir/$name
	for word in $words; do
		case $word in
		alone) ;;
		net=*) [ -z "$net" ] || kept="$kept $word" ;;
		mem=*) memory=$((memory + $(echo "${word#mem=}" | tr -d M))) kept="$kept $word" ;;
		maxmem=*) memory=$((memory + $(echo "${word#maxmem=}" | tr -d M))) kept="$kept $word" ;;
		console=slow) conf_slow_console ;;
		disk=*) conf_disk "${word#disk=}" ;;
		*) kept="$kept $word" ;;
		esac
	done
	# Module strings hold words; a line's own "--" begins the command line.
	case $kept in
	*' -- '*) rest=" -- ${kept#* -- }" kept=${kept%% -- *} ;;
	*) rest='' ;;
	esac
	initrd="$initrd,$built/$test.elf name=$name$kept console=$console${uses:+ disk=}"
	initrd="$initrd$(echo "${uses#,}" | sed 's/,/,,/g') restart=no$rest"
	part=${part}+
	part=$(echo "$part" | sed 's/+*$/-b/')
}

conf_disk() {
	case $1 in
	slow*) drive=driver=null-co,latency-ns=50000000,size=1048576,read-zeroes=on ;;
	zero*) drive=driver=null-co,size=1048576,read-zeroes=on ;;
	keep*)
		truncate -s 1M "$dir/$name.disk"
		drive=driver=file,filename=$dir/$name.disk
		;;
	esac
	drives="$drives $drive,node-name=d$disk"
	uses=$uses,$disk
	case $1 in
	*:ro) uses=$uses:ro ;;
	esac
	disk=$((disk + 1))
}

# A pipe that is read only when the guest has had time to fill it.
conf_slow_console() {
	mkfifo "$dir/$name.in" "$dir/$name.out"
	chardev=pipe,id=c$console,path=$dir/$name
	(
		exec 3<>"$dir/$name.out"
		sleep "${CONF_SLOW:-6}"
		exec cat <&3 >"$dir/$name"
	) &
	readers="${readers:-} $!"
}

# Until every test has ended, or one third of the limit passes without a word.
conf_wait() {
	ticks=0 quiet=0 before=''
	while kill -0 "$pid" 2>/dev/null && [ "$ticks" -lt $((CONF_LIMIT * 5)) ]; do
		left=''
		for test in $tests; do
			conf_ended "$dir/$test" ||
				conf_crashed "$test" || left="$left $test"
		done
		[ -n "$left" ] || return 0
		now=$(ls -ln "$dir")
		quiet=$((quiet + 1))
		[ "$now" = "$before" ] || quiet=0 before=$now
		[ "$quiet" -lt $((CONF_LIMIT * 5 / 3)) ] || return 0
		! grep -aq PANIC "$dir/log" 2>/dev/null || return 0
		ticks=$((ticks + 1))
		sleep 0.2
	done
}

# Our hypervisor's log says so; with another the time limit does.
conf_crashed() {
	grep -aq "$1: \(crashed\|stays down\|can't boot\)" "$dir/log" 2>/dev/null
}

conf_stop() {
	# shellcheck disable=SC2086 # numbers
	[ -z "${readers:-}" ] || kill $readers 2>/dev/null || :
	readers=''
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
		pid=''
	fi
}

# conf_collect TEST: its lines from $dir go to the results as
# VERDICT <tab> TEST <tab> CLAUSES <tab> NAME <tab> TEXT.
conf_collect() {
	tr -d '\r' <"$dir/$1" 2>/dev/null | awk -v test="$1" '
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
			print verdict "\t" test "\t" clauses "\t" rest "\t" text
		}' >>"$out/results"
	stray=$(grep -a '^not ok stray-trap' "$dir/$1" 2>/dev/null | head -n 1 | tr -d '\r')
	if [ -n "$stray" ] || ! conf_ended "$dir/$1"; then
		last=$(grep -a '^[A-Z]* \[' "$dir/$1" 2>/dev/null | tail -n 1 |
			sed 's/^[A-Z]* \[[^]]*\] //; s/ ([0-9]* probes).*//' | tr -d '\r')
		seen=$(grep -a "$1: \|PANIC" "$dir/log" 2>/dev/null |
			tr -d '\r' | head -n 1)
		printf 'CRASH\t%s\t\tafter "%s"\texpected the end of the test, seen %s\n' \
			"$1" "${last:-its entry}" "${stray:-${seen:-nothing more}}" \
			>>"$out/results"
	fi
}

conf_report() {
	[ -z "$lines" ] || {
		grep -F -e "$lines" "$out/results" >"$out/some" || :
		mv "$out/some" "$out/results"
	}
	awk -F '\t' -v json=build/conformance/hypervisor.json \
		-v subject="${subject#"$top/"}" -f scripts/launcher/conformance.awk \
		"$out/results"
}
