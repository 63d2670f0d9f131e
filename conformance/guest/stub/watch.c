// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch.c - one instruction at a time: pages that the guest shares with others
 * are mapped for the instruction that faulted on them, and taken away again.
 *
 * A page that was only read faults again when the same instruction writes to it
 * (a processor may look at memory before it changes it).
 * Invariant: while pages[] is not empty the guest runs with the trap flag set,
 * and what it runs is the one instruction that touched them.
 */
#include "watch.h"

#define PAGES 4u
#define STORM 24u /* instructions at most */

static struct shown {
	u32 va;
} pages[PAGES];
static u32 shown;
static bool guest_flag; /* the guest's own trap flag */
static u32 looks;       /* instructions that are followed [EVT-12] */
static u32 storm;       /* instructions that go by one by one, for upcalls in between */
static struct silk_vcpu before;
static struct access now_accessed;
static struct act accessing; /* what accessed */
static struct act enabling;  /* what is followed */

bool watched(u32 va)
{
	switch (va & ~(PAGE - 1)) {
	case SILK_I386_INFO:
		return watching_info();
	case SILK_I386_VCPU:
	case SILK_I386_QUEUE:
	case SILK_I386_BLK_RING:
	case SILK_I386_NET_RING:
		return true;
	}
	return false;
}

bool watch_stepping(void)
{
	return shown > 0;
}

/* The instruction at eip, behind its prefixes: is it atomic? Intel SDM volume
 * 2, 2.1.1: at most 14 prefixes and an opcode. */
static bool atomic_instruction(u8 *opcode)
{
	bool locked = false;

	for (u32 i = 0; i < 15; i++) {
		u8 byte;

		if (!copy_in(&byte, cpu->eip + i, 1))
			return false;
		switch (byte) {
		case 0xf0:
			locked = true;
			continue;
		case 0x66:
		case 0x67:
		case 0xf2:
		case 0xf3:
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65:
			continue;
		}
		*opcode = byte;
		return locked || byte == 0x86 || byte == 0x87;
	}
	return false;
}

void watch_access(u32 va, u32 machine, bool write)
{
	u8 opcode = 0;

	if (shown == 0) {
		accessing = act;
		guest_flag = looks || storm ? false : cpu->eflags & TF;
		before = vcpu_page;
		now_accessed = (struct access){ .count = 0 };
		now_accessed.atomic = atomic_instruction(&opcode);
	}
	for (u32 i = 0; i < shown; i++) {
		if (pages[i].va == (va & ~(PAGE - 1))) {
			now_accessed.va[i] = va;
			now_accessed.write[i] |= write;
			view_show(va, machine, write, user_mode);
			return;
		}
	}
	if (shown == PAGES)
		finish(BROKEN, "an instruction touches too many watched pages at %x", va);
	pages[shown++].va = va & ~(PAGE - 1);
	now_accessed.va[now_accessed.count] = va;
	now_accessed.write[now_accessed.count++] = write;
	watch_before(va, write);
	view_show(va, machine, write, user_mode);
	cpu->eflags |= TF;
}

static void hide(void)
{
	while (shown > 0)
		view_hide(pages[--shown].va);
	if (!guest_flag)
		cpu->eflags &= ~TF;
}

/* PUSHF would show the trap flag, POPF would lose it. */
static bool about_flags(void)
{
	u8 opcode = 0x9c;

	atomic_instruction(&opcode);
	return opcode == 0x9c || opcode == 0x9d;
}

static void follow(void)
{
	if (looks == 0 && storm == 0)
		return;
	if (looks > 0 && now_looked())
		looks = 0;
	else if (looks > 0 && --looks == 0)
		not_looked(&enabling);
	if (storm > 0)
		storm--;
	if (about_flags())
		looks = storm = 0;
	if (looks || storm)
		cpu->eflags |= TF;
	else
		cpu->eflags &= ~TF;
}

void watch_follow(u32 instructions)
{
	act_find_callers(&act);
	enabling = act;
	looks = instructions;
}

/* Upcalls have just been enabled: now they come at any instant [EVT-5]. */
void watch_storm(void)
{
	if (mood != NERVOUS || !(vcpu_page.vif & SILK_VIF) || !chance(16))
		return;
	if (cpu->eflags & TF || about_flags())
		return;
	storm = 1 + random() % STORM;
	cpu->eflags |= TF;
}

bool watch_storming(void)
{
	return storm > 0;
}

/* A debug trap. [TRAP-10]'s own ones are left to the caller. */
bool watch_step(void)
{
	bool ours = shown > 0 || looks > 0 || storm > 0, flag = shown > 0 && guest_flag;

	if (shown > 0) {
		hide();
		act = accessing;
		watch_after(&now_accessed, &before);
	}
	follow();
	return ours && !flag;
}

void watch_stop(void)
{
	if (shown > 0)
		hide();
	if (looks || storm) {
		looks = storm = 0;
		cpu->eflags &= ~TF;
	}
}
