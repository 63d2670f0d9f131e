// SPDX-License-Identifier: GPL-2.0-only
/*
 * ports - no port is open to a guest, in neither mode: every one up to 4095, and some
 * of the others; and fault_address is written by page faults alone.
 *
 * guest: mem=12M
 * covers: CPU-1 TRAP-9
 */
#include "suite.h"

/* inb and inl of the port in dx, then int3 if nothing came of it. */
static const uint8_t code[][2] = { { 0xec, 0xcc }, { 0xed, 0xcc } };

static void user(uint32_t n, uint32_t port)
{
	struct entry e = user_entry();

	memcpy((void *)USER_TEXT, code[n], 2);
	e.edx = port;
	enter(&e);
}

static void look(uint32_t port)
{
	for (uint32_t n = 0; n < 2; n++) {
		user(n, port);
		expect(V_GP, trap.vector, "port %x, user: vector", port);
		expect(0, trap.error, "port %x, user: error code", port);
	}
	run_kernel(code[0], 1, port);
	expect(V_GP, trap.vector, "port %x, kernel: vector", port);
}

static void all_ports(void)
{
	test("CPU-1", "no port can be read");
	for (uint32_t port = 0; port < 0x1000; port++)
		look(port);
	for (uint32_t port = 0x1000; port < 0x10000; port += 251)
		look(port);
	look(0xffff);
	end();
}

static void ud2(uint32_t unused)
{
	(void)unused;
	__asm__ volatile("ud2");
}

static void fault_address(void)
{
	static const uint8_t user_ud2[] = { 0x0f, 0x0b };

	test("TRAP-9", "fault_address is a page fault's, no other trap's");
	vcpu()->fault_address = 0x1234;
	attempt(ud2, 0);
	expect(V_UD, trap.vector, "vector");
	expect(0x1234, trap_address, "ud2 in the kernel");
	run_user(user_ud2, 2);
	expect(0x1234, trap_address, "ud2 in user mode");
	user(0, 0x80);
	expect(0x1234, trap_address, "general protection");
	hv_console_write((const void *)HOLE, 1);
	expect(0x1234, vcpu()->fault_address, "a call with a bad address");
	end();
}

void hostile_main(void)
{
	all_ports();
	fault_address();
}
