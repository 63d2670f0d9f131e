// SPDX-License-Identifier: GPL-2.0-only
/*
 * stack-faults - guests whose kernel_sp leads nowhere end, alone: no handler of
 * theirs is entered, and we go on.
 *
 * Each of the others traps once from guest-user mode, on a stack of its own kind. If
 * it comes to its handler after all it says so.
 *
 * guest: mem=12M alone
 * guest: mem=12M -- a system call in the hypervisor's range
 * guest: mem=12M -- a page fault with the last word in no page
 * covers: TRAP-11 GEN-9 LIFE-3 LIFE-4
 */
#include "suite.h"

extern const uint8_t entered[]; /* entered.S */
void reached(void);

/* Of the handlers, with a stack. */
void reached(void)
{
	test("TRAP-11 GEN-9", "%s", info()->cmdline);
	expect_that(false, "the handler: expected not to be entered, seen it entered");
	end();
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

static void trap_on(uint32_t kernel_sp, const uint8_t *code, uint32_t bytes)
{
	static const uint8_t vectors[] = { V_SS, V_GP, V_PF, V_CALL };

	for (uint32_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct silk_trap t = {
			.vector = vectors[i],
			.flags = SILK_TRAP_USER | SILK_TRAP_MASK,
			.entry = (uint32_t)entered,
		};

		hv_set_traps(&t, 1);
	}
	vcpu()->kernel_sp = kernel_sp;
	run_user(code, bytes);
}

static void in_hypervisor(void)
{
	static const uint8_t call[] = { 0xcd, 0x80 };

	trap_on(SILK_I386_HYPERVISOR + 0x600, call, sizeof(call));
}

/* The frame fits, its error code lies in the page before. */
static void last_word(void)
{
	static const uint8_t load[] = { 0xa1, 8, 0, 0, 0 };

	map_page(EDGE, spare_page(2) | 7);
	trap_on(EDGE + 20, load, sizeof(load));
}

void hostile_main(void)
{
	const char *name = info()->name;
	uint32_t odd = 0;

	if (!strcmp(name + strlen(name) - 4, "-b-b"))
		last_word();
	else if (!strcmp(name + strlen(name) - 2, "-b"))
		in_hypervisor();
	test("LIFE-4 TRAP-11", "a guest goes on while others' frames can't be stored");
	/* Both have trapped by then; we trap too, as it should be. */
	while (time_ns() < (uint64_t)800 * NS_PER_MS) {
		static const uint8_t load[] = { 0xa1, 8, 0, 0, 0 };

		run_user(load, sizeof(load));
		odd += trap.vector != V_PF || trap_address != 8;
		hv_yield();
	}
	expect(0, odd, "traps of ours that were not as they should be");
	end();
}
