# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # built, out, net, serial, subject, boots: conformance-hypervisor.sh's
#
# conformance-boot.sh - one boot of a hypervisor with guests of the conformance
# suite: QEMU's options, what is done while it runs, and when it has ended.
#
# Guests ask for what only an operator or somebody at the console can do, by a line
#
#   suite: DO pause MS;     pause the guest, and let it go on after MS milliseconds
#   suite: DO shutdown;     ask it to shut down
#   suite: DO type N;       type N bytes on its console, byte i being i * 7 + 1, and so on
#
# The operator's acts are commands to our own prompt, on the first serial port; a guest
# that nobody acts for says so by a SKIP.

# conf_run 'TEST...': one boot, until all have ended or none can any more. Sets $dir.
conf_run() {
	boots=$((boots + 1))
	dir=$out/boot$boots
	mkdir -p "$dir"
	initrd='' memory=0 console=0 disks=0 names='' readers=''
	tests=$1
	set --
	if [ -n "$serial" ]; then
		memory=192
		set -- -device isa-debug-exit,iobase=0xf4 -serial "file:$dir/log"
	else
		set -- -chardev stdio,id=log,signal=off -serial chardev:log \
			-device virtio-serial-pci,disable-legacy=on,max_ports=31
	fi
	for test in $tests; do
		part=''
		conf_guests "$test" >"$dir/guests"
		while read -r words; do
			conf_guest
			set -- "$@" -chardev "$chardev"
			if [ -n "$serial" ]; then
				set -- "$@" -serial "chardev:c$console"
				continue
			fi
			set -- "$@" -device "virtconsole,chardev=c$console,nr=$console"
			for drive in $drives; do
				set -- "$@" -blockdev "$drive" -device \
					"virtio-blk-pci,disable-legacy=on,drive=d$disks"
				disks=$((disks + 1))
			done
			console=$((console + 1))
		done <"$dir/guests"
	done
	# Time goes by instructions, so that a busy machine is nothing to a test; but an
	# operator acts by our time.
	scale=5
	[ -z "$serial" ] || scale=2	# each access to a shared page is a trap there
	icount="-icount shift=$scale,sleep=off"
	for test in $tests; do
		! conf_guests "$test" | grep -qw operator || icount=''
	done
	mkfifo "$dir/prompt"
	exec 4<>"$dir/prompt"
	# shellcheck disable=SC2086 # words
	qemu-system-i386 -accel tcg -M pc -cpu qemu64,-syscall,-lm -nodefaults $icount \
		-display none -no-reboot -m $((memory + 64)) -kernel "$subject" \
		-object throttle-group,id=late,x-iops-total=5 \
		-initrd "${initrd#,}" "$@" <&4 >"$dir/log" 2>"$dir/qemu" &
	pid=$!
	conf_wait
	conf_look
	conf_stop
}

# One guest of $test, from $words: appends to $initrd, sets $chardev and $drives.
conf_guest() {
	name=$test$part kept='' uses='' drives='' disk=$disks module='' image=$built/$test.elf
	chardev=file,id=c$console,path=$dir/$name
	set -f
	for word in $words; do
		case $word in
		alone | operator) ;;
		net=*) [ -z "$net" ] || kept="$kept $word" ;;
		mem=*) memory=$((memory + $(echo "${word#mem=}" | tr -d M))) kept="$kept $word" ;;
		maxmem=*) memory=$((memory + $(echo "${word#maxmem=}" | tr -d M))) kept="$kept $word" ;;
		console=typed) [ -n "$serial" ] || conf_piped ;;
		image=*)
			image=$dir/$name.elf
			"conformance/hypervisor/$test/image" "${word#image=}" \
				"$built/$test.elf" "$image"
			;;
		disk=*) [ -n "$serial" ] || conf_disk "${word#disk=}" ;;
		*) kept="$kept $word" ;;
		esac
	done
	[ -z "$disk_module" ] || conf_disk_module
	set +f
	# Module strings hold words; a line's own "--" begins the command line.
	case $kept in
	*' -- '*) rest=" -- ${kept#* -- }" kept=${kept%% -- *} ;;
	*) rest='' ;;
	esac
	kept="$kept${extra:+ $extra}"
	case " $kept " in
	*' restart='*) ;;
	*) kept="$kept restart=no" ;;
	esac
	initrd="$initrd,$image name=$name$kept console=$console${uses:+ disk=}"
	initrd="$initrd$(echo "${uses#,}" | sed 's/,/,,/g')$rest"
	initrd="$initrd${module:+,$module}"
	names="$names $name"
	part=${part}+
	part=$(echo "$part" | sed 's/+*$/-b/')
}

# The one disk of a subject that takes it as a module, if the test wants but one, of a kind
# that a file can be: from $words.
conf_disk_module() {
	case " $words " in
	*' disk='*' disk='*) ;;
	*' disk=keep '* | *' disk=zero '*)
		module=$dir/$name.disk
		truncate -s 1M "$module"
		;;
	esac
}

conf_disk() {
	nodes=node-name=d$disk
	case $1 in
	slow*) drive=driver=null-co,latency-ns=50000000,size=1048576,read-zeroes=on ;;
	zero*) drive=driver=null-co,size=1048576,read-zeroes=on ;;
	keep*)
		truncate -s 1M "$dir/$name.disk"
		drive=driver=file,filename=$dir/$name.disk
		;;
	late*) # the throttle lets them through one after the other
		truncate -s 1M "$dir/$name.disk"
		drive=driver=throttle,throttle-group=late,file.driver=file
		drive=$drive,file.filename=$dir/$name.disk
		;;
	bad*)
		truncate -s 1M "$dir/$name.bad"
		drive=driver=blkdebug,image.driver=file,image.filename=$dir/$name.bad
		for sector in 0 1 2 3 4 5 6 7; do
			drive=$drive,inject-error.$sector.event=none
			drive=$drive,inject-error.$sector.sector=$((100 + sector))
			drive=$drive,inject-error.$sector.errno=5
		done
		;;
	esac
	drives="$drives $drive,$nodes"
	uses=$uses,$disk
	case $1 in
	*:ro) uses=$uses:ro ;;
	esac
	disk=$((disk + 1))
}

# A console that can be typed at.
conf_piped() {
	mkfifo "$dir/$name.in" "$dir/$name.out"
	chardev=pipe,id=c$console,path=$dir/$name
	(
		exec 3<>"$dir/$name.out"
		exec cat <&3 >"$dir/$name"
	) &
	readers="$readers $!"
}

# ---- while it runs ----

# Until every test has ended, or one third of the limit passes without a word.
conf_wait() {
	ticks=0 quiet_ticks=0 before='' acted=''
	while kill -0 "$pid" 2>/dev/null && [ "$ticks" -lt $((CONF_LIMIT * 5)) ]; do
		conf_acts
		left=''
		for test in $tests; do
			conf_ended "$dir/$test" ||
				conf_crashed "$test" || left="$left $test"
		done
		[ -n "$left" ] || return 0
		now=$(ls -ln "$dir")
		quiet_ticks=$((quiet_ticks + 1))
		[ "$now" = "$before" ] || quiet_ticks=0 before=$now
		[ "$quiet_ticks" -lt $((CONF_LIMIT * 5 / 3)) ] || return 0
		! grep -aq PANIC "$dir/log" 2>/dev/null || return 0
		ticks=$((ticks + 1))
		sleep 0.2
	done
}

conf_ended() {
	grep -aq '^suite: END' "$1" 2>/dev/null
}

# Our hypervisor's log says so; with another the time limit does.
conf_crashed() {
	grep -aq "^$1: \(crashed\|stays down\|can't boot\)" "$dir/log" 2>/dev/null
}

# What guests have asked for since the last look.
conf_acts() {
	for who in $names; do
		[ ! -f "$dir/$who" ] || tr -d '\r' <"$dir/$who" | sed -n "s/^suite: DO\(.*\);$/$who\1/p"
	done >"$out/asked"
	while IFS= read -r line; do
		case $acted in
		*"<$line>"*) continue ;;
		esac
		acted="$acted<$line>"
		# shellcheck disable=SC2086 # words
		conf_act $line
	done <"$out/asked"
}

# conf_act GUEST ACT [NUMBER] [WHICH]: WHICH tells equal acts of one guest apart.
conf_act() {
	case $2 in
	pause)
		echo "pause $1" >&4
		sleep "$(echo "$3" | awk '{ print $1 / 1000 }')"
		echo "unpause $1" >&4
		;;
	shutdown) echo "shutdown $1" >&4 ;;
	type)
		[ ! -p "$dir/$1.in" ] || printf '%b' "$(awk -v n="$3" 'BEGIN {
			for (i = 0; i < n; i++)
				printf "\\0%03o", (i * 7 + 1) % 256
		}')" >"$dir/$1.in"
		;;
	esac
}

# The tests' own scripts; what the hypervisor says may come a little late.
conf_look() {
	for test in $tests; do
		look=conformance/hypervisor/$test/look
		[ -f "$look" ] || continue
		for try in 1 2 3 4 5 6 7 8 9 10; do
			sh "$look" "$dir" "$test" >"$dir/$test.look" 2>&1
			grep -q '^FAILURE' "$dir/$test.look" || break
			sleep 0.5
		done
		: "$try"
	done
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
