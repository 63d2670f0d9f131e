// SPDX-License-Identifier: MIT
/*
 * trap-16-queue.c - returns by a frame that its own queue moves away.
 *
 * covers: TRAP-16
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t entry = map_a_page();
	uint32_t *frame = (uint32_t *)VA;

	frame[0] = (uint32_t) && back;
	frame[1] = SILK_I386_KERNEL_CS;
	frame[2] = 0x2;
	memcpy(pages[1], pages[0], 12);
	mmu_write(entry, gpa_to_machine(page_gpa(1)) | LEAF);
	mmu_flush_page((const void *)VA);
	__asm__ goto("movl %%esp, %%ebx; movl %0, %%esp; int $0x82"
		     :
		     : "r"(VA)
		     : "ebx", "memory"
		     : back);
back:
	__asm__ volatile("movl %ebx, %esp");
	power_off();
}
