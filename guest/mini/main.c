// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - mini's boot: every part in the order of its needs, then process 1,
 * which mounts the root file system and becomes /bin/init.
 */
#include "cache.h"
#include "exec.h"
#include "ext2.h"
#include "file.h"
#include "page.h"
#include "print.h"
#include "process.h"
#include "traps.h"
#include "version.h"

void guest_main(void);

/* The operator wants this guest to go down: there is nothing to be saved. */
static void shutdown_event(struct trap_frame *frame)
{
	(void)frame;
	print("mini: the operator asks for a shutdown\n");
	hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

static void start_init(void)
{
	static char argv[] = "init";
	struct arguments args = { argv, sizeof(argv), 1 };
	int error = ext2_mount(0);

	if (error)
		panic("no ext2 file system on disk 0: error %d", -error);
	files_init(current);
	error = exec("/bin/init", &args);
	if (error)
		panic("can't run /bin/init: error %d", -error);
}

void guest_main(void)
{
	print("%s: guest '%s', %u MB, under %s (ABI %u.%u)\n", MINI_VERSION,
	      info()->name, info()->chunks * 4, info()->hypervisor,
	      info()->version >> 16, info()->version & 0xffff);
	page_init();
	tables_init(page_convert_chunk);
	traps_init();
	sched_init();
	console_init();
	cache_init();
	fpu_init();
	if (event_handle(SILK_EVENT_SHUTDOWN, shutdown_event) < 0)
		panic("the hypervisor refused the upcall");
	process_init(start_init);
	sched_idle();
}
