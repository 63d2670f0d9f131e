// SPDX-License-Identifier: MIT
/*
 * trap-15-later.c - enters guest-user mode a second time without a stack for traps.
 *
 * covers: TRAP-15
 * run: mood=plain
 */
#include "wrong.h"

static void enter_user(void)
{
	__asm__ volatile("pushl %0; pushl %1; pushl $0x202; pushl %2; pushl %1\n\t"
			 "int $0x82"
			 :
			 : "i"(SILK_I386_USER_DS), "r"(VA), "i"(SILK_I386_USER_CS));
}

/* The program's system call: as if to another program, whose stack isn't mapped. */
static void call(struct trap_frame *frame)
{
	(void)frame;
	WRITE_ONCE(vcpu()->kernel_sp, (uint32_t)(VA + 1536));
	enter_user();
}

void guest_main(void)
{
	map_a_page();
	pages[0][0] = 0x80cd; /* int $0x80 */
	trap_handle(SILK_I386_VECTOR_CALL, call, SILK_TRAP_USER);
	WRITE_ONCE(vcpu()->kernel_sp, (uint32_t)(pages[1] + 1024));
	enter_user();
}
