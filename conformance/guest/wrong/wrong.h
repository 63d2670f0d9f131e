/* SPDX-License-Identifier: MIT */
/*
 * wrong.h - what the wrong guests share. Each breaks one clause, on purpose, and
 * goes on as if nothing had been; the stub has to say which.
 *
 * In each file "covers:" names the clause that has to be reported, and "run:"
 * how the guest is run. Invariant: but for that one act it is a right guest.
 */
#ifndef WRONG_H
#define WRONG_H

#include "block.h"
#include "mmu.h"
#include "print.h"
#include "time.h"
#include "trap.h"

#define LEAF (SILK_I386_PRESENT | SILK_I386_USER | SILK_I386_WRITABLE)
#define VA   ((volatile uint32_t *)0x00400000) /* where pages are tried */

void guest_main(void);

/* Two pages of ours that lie in one RAM chunk, page aligned. */
static uint32_t pages[2][1024] __attribute__((aligned(4096), unused));

static inline uint32_t page_gpa(unsigned int n)
{
	return va_to_gpa(pages[n]);
}

static inline NORETURN void power_off(void)
{
	for (;;)
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

/* Page 0 at VA, touched. Returns the entry's gpa. */
static inline uint32_t map_a_page(void)
{
	uint32_t entry;

	tables_init(NULL);
	entry = mmu_make_entry(info()->boot_directory, (const void *)VA);
	mmu_write(entry, gpa_to_machine(page_gpa(0)) | LEAF);
	mmu_commit();
	*VA = 1;
	return entry;
}

/* One operation, now. */
static inline int32_t set_entry(uint32_t entry, uint32_t value)
{
	struct silk_mmu_op op = { entry | SILK_OP_SET, value };

	return hv_pt_batch(&op, 1);
}

#endif /* WRONG_H */
