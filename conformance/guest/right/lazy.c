// SPDX-License-Identifier: MIT
/*
 * lazy.c - a right guest that widens the rights of a page without a flush, and bears
 * a fault by the old ones [PT-23]; and one that gives a chunk back and takes it again
 * where it can.
 *
 * run:
 */
#include "wrong.h"

static uint32_t entry, faults;

/* The entry is as it should be: the processor has an older one. */
static void page_fault(struct trap_frame *frame)
{
	(void)frame;
	if (!(mmu_read(entry) & SILK_I386_WRITABLE))
		panic("a fault at %x", READ_ONCE(vcpu()->fault_address));
	hv_pt_flush((const void *)VA, 1);
	faults++;
}

static void widen(void)
{
	uint32_t page = gpa_to_machine(page_gpa(0)) | LEAF;

	for (uint32_t i = 0; i < 100; i++) {
		set_entry(entry, page & ~SILK_I386_WRITABLE);
		hv_pt_flush((const void *)VA, 1);
		if (*VA != i)
			panic("%u instead of %u", *VA, i);
		set_entry(entry, page);
		*VA = i + 1;
	}
}

static int32_t until_sure(int32_t (*call)(uint32_t chunk), uint32_t chunk)
{
	int32_t error;

	do {
		error = call(chunk);
	} while (error == -SILK_EAGAIN);
	return error;
}

static int32_t give(uint32_t chunk)
{
	return hv_chunk_give(chunk);
}

static void give_and_take(void)
{
	uint32_t chunk = info()->low_chunks - info()->table_chunks;
	uint32_t base = chunk * CHUNK_SIZE;
	uint32_t link = info()->boot_directory + DIR_INDEX(gpa_to_va(base)) * 4;

	set_entry(link, 0);
	hv_pt_flush(NULL, 0);
	if (until_sure(give, chunk) < 0 || chunk_kind(chunk) != SILK_CHUNK_ABSENT)
		panic("a chunk can't be given back");
	if (!feature(SILK_GROUP_MEMORY, SILK_F_MEMORY_TAKE) ||
	    !feature(SILK_GROUP_MMU, SILK_F_MMU_LARGE) ||
	    hv_chunk_take(chunk, SILK_CHUNK_RAM) < 0)
		return;
	set_entry(link, gpa_to_machine(base) | LEAF | SILK_I386_LARGE);
	if (*(volatile uint32_t *)gpa_to_va(base))
		panic("a new chunk is not zeroed");
}

void guest_main(void)
{
	entry = map_a_page();
	*VA = 0;
	trap_handle(14, page_fault, 0);
	widen();
	give_and_take();
	print("all went well, %u faults\n", faults);
	power_off();
}
