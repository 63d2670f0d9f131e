// SPDX-License-Identifier: MIT
/*
 * pt-23-luck.c - relies on the flush that a conversion happens to make.
 *
 * covers: PT-23
 * run: mood=plain
 */
#include "wrong.h"

void guest_main(void)
{
	uint32_t chunk = info()->chunks - 1, base = chunk * CHUNK_SIZE;
	uint32_t link = info()->boot_directory + DIR_INDEX(gpa_to_va(base)) * 4;
	uint32_t entry = map_a_page();

	set_entry(link, 0);
	hv_pt_flush(NULL, 0);
	*VA = 1;
	set_entry(entry, gpa_to_machine(page_gpa(1)) | LEAF);
	hv_chunk_convert(chunk, SILK_CHUNK_TABLE);
	*VA = 2;
	power_off();
}
