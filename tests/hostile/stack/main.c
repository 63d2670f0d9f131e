// SPDX-License-Identifier: GPL-2.0-only
/*
 * stack - frames that can't be stored, frames that can't be read, traps that
 * nobody handles: the guest's end, by the cause that the ABI names, and
 * nobody else's.
 *
 * Each run is one case, from the command line (see stack.cases):
 *
 *   user=HEX    kernel_sp is that, and user code traps
 *   kernel=HEX  the guest kernel's esp is that, and the kernel traps
 *   return=HEX  esp is that at int $0x82, with CS & 3 = 0 before it
 *   last=HEX    the three words below are readable, ESP and SS behind are not
 *   by=WHAT     the trap: call, fault, gp, int3, upcall
 *   none=N      vector N has no handler any more
 *   fine=HEX    kernel_sp is that, and nothing must go wrong
 *   say         shutdown(CRASH) with a message
 *
 * A guest that survives says so, and its test has failed.
 *
 * covers: TRAP-2 TRAP-5 TRAP-7 TRAP-11 EVT-7 GEN-9 LIFE-1 LIFE-3 LIFE-4 LIFE-7
 */
#include "hostile.h"

static uint32_t hex(const char *s)
{
	uint32_t value = 0;

	for (; *s && *s != ' '; s++)
		value = value << 4 | (uint32_t)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
	return value;
}

static bool by(const char *what)
{
	const char *s = cmdline("by");

	return s && !strncmp(s, what, strlen(what));
}

/* What the guest kernel maps for the cases: a page that is only readable, and
 * one whose next page is not there. */
#define READ_ONLY 0x10000000u
#define LAST_PAGE 0x10002000u

static void maps(void)
{
	map_page(READ_ONLY, spare_page(2) | 5);
	map_page(LAST_PAGE, spare_page(3) | 7);
}

/* ---- traps ---- */

static const uint8_t call_code[] = { 0xcd, 0x80 };
/* mov %eax, 0 */
static const uint8_t fault_code[] = { 0xa3, 0, 0, 0, 0 };
static const uint8_t gp_code[] = { 0xfa };
static const uint8_t int3_code[] = { 0xcc };
static const uint8_t spin_code[] = { 0xeb, 0xfe };

static void user_trap(void)
{
	struct entry e = user_entry();

	if (by("fault"))
		memcpy((void *)USER_TEXT, fault_code, sizeof(fault_code));
	else if (by("gp"))
		memcpy((void *)USER_TEXT, gp_code, sizeof(gp_code));
	else if (by("int3"))
		memcpy((void *)USER_TEXT, int3_code, sizeof(int3_code));
	else if (by("upcall"))
		memcpy((void *)USER_TEXT, spin_code, sizeof(spin_code));
	else
		memcpy((void *)USER_TEXT, call_code, sizeof(call_code));
	if (by("upcall")) {
		vcpu()->mask = 0;
		e.eflags |= FL_IF;
		time_set_timer(time_ns() + 20 * NS_PER_MS);
	}
	enter(&e);
}

/* With a wild stack nothing can be called: one asm statement for each. */
static void kernel_trap(uint32_t sp)
{
	if (by("fault"))
		__asm__ volatile("movl %0, %%esp\n\tmovl %%eax, 0"
				 :
				 : "r"(sp));
	if (by("gp"))
		__asm__ volatile("movl %0, %%esp\n\tcli"
				 :
				 : "r"(sp));
	if (by("upcall")) {
		vcpu()->mask = 0;
		time_set_timer(time_ns() + 20 * NS_PER_MS);
		__asm__ volatile("movl %0, %%esp\n\tmovl $0x200, (%1)\n1:\tjmp 1b"
				 :
				 : "r"(sp), "r"(&vcpu()->vif));
	}
	__asm__ volatile("movl %0, %%esp\n\tint3"
			 :
			 : "r"(sp));
}

static void return_at(uint32_t sp)
{
	__asm__ volatile("movl %0, %%esp\n\tint $0x82"
			 :
			 : "r"(sp));
}

/* The last three words that can be read: eip, cs, eflags. */
static void cut_frame(uint32_t at)
{
	uint32_t *word = (uint32_t *)(at - 12);

	word[0] = USER_TEXT;
	word[1] = SILK_I386_USER_CS;
	word[2] = 2;
	return_at(at - 12);
}

static void without(uint32_t vector)
{
	struct silk_trap t = { .vector = (uint8_t)vector };

	hv_set_traps(&t, 1);
}

static void upcall(struct trap_frame *frame)
{
	(void)frame;
}

void hostile_main(void)
{
	const char *s;

	maps();
	if (by("upcall"))
		event_handle(SILK_EVENT_TIMER, upcall);
	s = cmdline("none");
	if (s)
		without(cmdline_number("none", 0));
	if (cmdline("say")) {
		static const char message[] = "hostile says\x1b[2J so\n";

		hv_shutdown(SILK_SHUTDOWN_CRASH, message, sizeof(message) - 1);
	}
	s = cmdline("fine");
	if (s) {
		vcpu()->kernel_sp = hex(s);
		user_trap();
		check("survives", by("fault") ? V_PF : V_CALL, trap.vector);
		return;
	}
	s = cmdline("user");
	if (s) {
		vcpu()->kernel_sp = hex(s);
		user_trap();
	}
	s = cmdline("kernel");
	if (s)
		kernel_trap(hex(s));
	s = cmdline("return");
	if (s)
		return_at(hex(s));
	s = cmdline("last");
	if (s)
		cut_frame(hex(s));
	check("survives", true, false);
}
