// SPDX-License-Identifier: MIT
/*
 * boot-4.c - its note says another version than it was written for.
 *
 * covers: BOOT-4
 * says: before its first instruction
 * run: mood=plain
 */
#include "wrong.h"

/* In the place of lib/start.S. */
__asm__(".section .note.silk, \"a\", @note\n"
	".long 5, 8, 1\n"
	".asciz \"SILK\"\n"
	".balign 4\n"
	".long 0x00010009, start\n"
	".text\n"
	".globl start\n"
	"start:\n"
	"movl $stack + 4096, %esp\n"
	"call guest_main\n");

extern uint8_t stack[4096];
uint8_t stack[4096];

void guest_main(void)
{
	power_off();
}
