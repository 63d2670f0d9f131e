// SPDX-License-Identifier: GPL-2.0-only
/*
 * outside.c - what comes from elsewhere while guests run: disks are done, somebody
 * types, time passes, an operator gives commands.
 *
 * Invariant: none of it is more than what hypervisor/i386 and the drivers do, at
 * moments at which they can.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "hypervisor/core/chunk.h"
#include "hypervisor/core/console.h"
#include "hypervisor/core/control.h"
#include "hypervisor/core/event.h"
#include "hypervisor/core/format.h"
#include "hypervisor/core/sched.h"
#include "hypervisor/core/timer.h"
#include "hypervisor/core/trace.h"

void outside_complete(struct input *in)
{
	u32 n = byte(in);

	fake.disk_full = n & 0x80;
	fake.disk_dead = (n & 0x30) == 0x30;
	doing("a disk is done (%u)", n);
	if (fake.io_count)
		io_done(n % fake.io_count, n & 0x40 ? -SILK_EIO : 0);
}

void outside_console(struct input *in, struct guest *g)
{
	static const u32 rooms[] = { ~0u, 0, 1, 100 };
	static const char text[] = "typed\n and so much more";
	u32 what = byte(in), port = g->config.console_port, i;

	doing("console of guest %u: %u", g->id, what);
	switch (what % 6) {
	case 0:
		console_input(port, text, what / 6 % sizeof(text));
		break;
	case 1:
		for (i = 0; i < 200; i++)
			console_type(g, text, sizeof(text));
		break;
	case 2:
		if (port < FAKE_CONSOLES)
			fake.console_connected[port] = what & 0x80;
		console_opened(port);
		break;
	case 3:
		fake.console_room = rooms[what / 6 % 4];
		console_room(what & 0x80 ? port + 1 : port);
		break;
	case 4:
		console_log_room();
		break;
	case 5: /* the host has read what there was */
		memset(fake.output_bytes, 0, sizeof(fake.output_bytes));
		console_room(port);
	}
}

/* Nobody has anything to do: the CPU clears memory ahead. */
static void idle(struct guest *g)
{
	machine_attach(g);
	chunk_clear_one();
	machine_attach(NULL);
}

void outside_time(struct input *in, struct guest *g)
{
	u64 ns = (u64)pick_word(in) << (byte(in) & 15);
	struct vcpu *v;

	doing("%llu ns pass", ns);
	fake.now += ns;
	timer_interrupt();
	v = sched_pick(fake.now);
	if (sched_current() != v)
		finding("another is current than was picked");
	if (!v) {
		idle(g);
	} else if (v->guest->state == GUEST_BOOTING) {
		fake.current = NULL;
		guest_boot_step(v->guest);
	} else if (v->guest->state != GUEST_RUNNING) {
		finding("guest %u, which is %s, is picked to run", v->guest->id,
			guest_state_name(v->guest));
	} else if (event_due(v) && v->guest->trace) {
		trace_upcall(v, (u32)ns);
	}
}

/* ---- the operator ---- */

static jmp_buf off;

static void machine_off(void)
{
	longjmp(off, 1);
}

void outside_type(const char *text, u32 bytes)
{
	u32 i;

	fake.current = NULL;
	fake.on_end = machine_off;
	for (i = 0; i < bytes; i++)
		control_input(text[i]);
	setjmp(off); /* off: what was typed after that is dealt with all the same */
	if (work_due())
		work_run();
	else
		control_run();
	fake.on_end = NULL;
}

static const char *const commands[] = {
	"list",
	"stats %s",
	"attach %s",
	"start %s",
	"shutdown %s",
	"reboot %s",
	"destroy %s",
	"pause %s",
	"unpause %s",
	"weight %s 7",
	"trace %s on",
	"trace %s all",
	"trace %s show",
	"trace %s off",
	"mem",
	"audit",
	"info",
	"help",
	"help %s",
	"help weight",
	"detach",
	"quit",
	"weight %s 0",
	"trace %s else",
	"create kernel name=%s%s mem=8M",
	"create kernel name=new mem=12M paused console=3 restart=no",
	"stats nobody",
	"weight nobody 3",
	"pause",
	"pause %s twice",
	"trace nobody on",
	"nonsense",
};

/* A line as it is said, or typed, which the console of an attached guest gets. */
void outside_command(struct input *in, const struct guest *g)
{
	u32 n = byte(in), how = byte(in);
	const char *name = g->config.name;
	char line[96], typed[112];

	if (how & 0x40) /* another, which may be paused, or off */
		name = guests[(g->id + (how >> 4 & 3)) % 4].config.name;
	snprintf(line, sizeof(line), commands[n % ARRAY_SIZE(commands)], name, name);
	snprintf(typed, sizeof(typed), "%s%s%s", how & 1 ? "\x1d" : "", line,
		 how & 2 ? "\b\x7f\x15x\r\n" : "\r");
	doing("the operator says '%s'%s", line, how & 3 ? " in another way" : "");
	outside_type(typed, (u32)strlen(typed));
}
