// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_devices.c - processor state, time, modules, consoles and disks of the
 * fake machine: each call is recorded in `fake` and answered from it.
 *
 * Also stands in for handlers that are not built yet, and for the parts of a
 * test program that it doesn't link (weak symbols).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_machine.h"
#include "hypervisor/core/hypercall.h"
#include "hypervisor/core/blk.h"

void machine_vcpu_reset(struct vcpu *v, u32 entry)
{
	(void)v;
	fake.reset_entry = entry;
}

void machine_traps_changed(struct vcpu *v)
{
	(void)v;
	fake.traps_changed++;
}

void machine_set_descriptor(struct vcpu *v, u32 index, u32 low, u32 high)
{
	(void)v;
	fake.descriptor[0] = index;
	fake.descriptor[1] = low;
	fake.descriptor[2] = high;
}

void machine_set_debugreg(struct vcpu *v, u32 number, u32 value)
{
	(void)v;
	fake.debugreg[0] = number;
	fake.debugreg[1] = value;
}

void machine_vcpu_dump(struct vcpu *v)
{
	(void)v;
}

void machine_vcpu_time(struct vcpu *v)
{
	v->page->time.version = 2;
}

u64 machine_now(void)
{
	return fake.now;
}

void machine_set_deadline(u64 ns)
{
	fake.deadline = ns;
}

void machine_event_pending(struct vcpu *v)
{
	(void)v;
	fake.event_kicks++;
}

void machine_reschedule(void)
{
	fake.reschedules++;
}

bool machine_preempt_due(void)
{
	if (fake.preempt_after == ~0u)
		return false;
	if (!fake.preempt_after)
		return true;
	fake.preempt_after--;
	return false;
}

/* Not random: a test must repeat. */
void machine_random(u8 *to, u32 bytes)
{
	static u32 state = 1;

	while (bytes--) {
		state = state * 1103515245u + 12345u;
		*to++ = (u8)(state >> 16);
	}
}

u32 machine_modules(void)
{
	return fake.modules;
}

const struct module *machine_module(u32 number)
{
	return &fake.module[number];
}

/* ---- consoles ---- */

u32 machine_console_write(u32 port, const char *text, u32 bytes)
{
	u32 i = port == CONSOLE_LOG ? FAKE_CONSOLES : port;
	u32 room = FAKE_OUTPUT - 1 - fake.output_bytes[i];

	bytes = MIN(bytes, MIN(room, fake.console_room));
	memcpy(fake.output[i] + fake.output_bytes[i], text, bytes);
	fake.output_bytes[i] += bytes;
	fake.output[i][fake.output_bytes[i]] = 0;
	return bytes;
}

bool machine_console_connected(u32 port)
{
	return port < FAKE_CONSOLES && fake.console_connected[port];
}

bool machine_console_exists(u32 port)
{
	return port < FAKE_CONSOLES;
}

/* ---- disks ---- */

const char *machine_blk_find(struct blk_device *d)
{
	if (d->backend >= fake.disks)
		return "no such disk";
	if (d->partition)
		return "no such partition";
	d->first = 0;
	d->sectors = fake.disk_sectors[d->backend];
	d->flags = SILK_BLK_F_PRESENT | fake.disk_flags[d->backend];
	return NULL;
}

int machine_blk_start(struct blk_io *io)
{
	if (fake.disk_dead)
		return BLK_START_DEAD;
	if (fake.disk_full || fake.io_count == ARRAY_SIZE(fake.io))
		return BLK_START_FULL;
	fake.io[fake.io_count++] = io;
	return 0;
}

void machine_blk_kick(void)
{
	fake.disk_kicks++;
}

/* ---- the end ---- */

static __attribute__((noreturn)) void end(const char *how)
{
	if (fake.on_end)
		fake.on_end();
	panic("%s", how);
}

void machine_poweroff(void)
{
	end("poweroff");
}

void machine_restart(void)
{
	end("restart");
}

/* ---- what may not be there ---- */

#define X(nr, name, group, nargs, a1, a2, a3, text) \
	__attribute__((weak)) u32 call_##name(struct vcpu *v, u32 a, u32 b, u32 c) \
	{ \
		(void)v, (void)a, (void)b, (void)c; \
		panic("call_" #name " is not linked"); \
	}
/* cppcheck-suppress unknownMacro; it is in abi/silk.h */
SILK_HYPERCALLS(X)
#undef X

/* At once, after what the test has the guest do meanwhile. */
u32 machine_call_again(struct vcpu *v, u32 nr, u32 a, u32 b, u32 c)
{
	fake.calls_again++;
	if (fake.on_call_again && !fake.on_call_again(v))
		return nr; /* it never comes back to its call */
	return call_table[nr](v, a, b, c);
}
