// SPDX-License-Identifier: GPL-2.0-only
/* mm.c - frames, page tables, address spaces and chunks. */
#include "kernel.h"

#define QUEUE  ((volatile struct silk_mmu_op *)SILK_I386_QUEUE)
#define FRAMES 1024
#define CHUNK1 SILK_I386_CHUNK_SIZE

u32 kernel_dir;
static u8 refs[FRAMES];         /* of the frames of chunk 1; 0: free */
static bool table_used[FRAMES]; /* of the frames of TABLE chunk 0 */
static struct silk_mmu_op batch[64];
static u32 batched;

static const struct area {
	u32 start, pages;
	bool writable;
} areas[] = {
	{ USER_TEXT, 1, false },
	{ USER_DATA, USER_DATA_PAGES, true },
	{ USER_STACK - USER_STACK_PAGES * PAGE, USER_STACK_PAGES, true },
};

void *memset(void *to, int c, size_t n)
{
	u8 *p = to;

	while (n--)
		*p++ = (u8)c;
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	u8 *p = to;
	const u8 *q = from;

	while (n--)
		*p++ = *q++;
	return to;
}

/* Operations gathered so far are in effect after this: [PT-14] or pt_batch [CALL-13]. */
void mmu_commit(void)
{
	u32 done = 0;

	if (queue_on) {
		if (VCPU->queue_count)
			hypercall(deliver_events);
		if (VCPU->queue_error)
			must(-VCPU->queue_error, "the deferred queue");
		return;
	}
	while (done < batched)
		done += must(hypercall(pt_batch, batch + done, batched - done), "pt_batch");
	batched = 0;
}

/* Upcalls are off in all of the kernel but in sleep_once(): so [PT-25] holds. */
void mmu_op(u32 target, u32 value)
{
	u32 n = queue_on ? VCPU->queue_count : batched;

	if (n == (queue_on ? SILK_QUEUE_MAX : ARRAY_SIZE(batch))) {
		mmu_commit();
		n = 0;
	}
	if (queue_on) {
		QUEUE[n].target = target;
		QUEUE[n].value = value;
		__asm__ volatile(""
				 :
				 :
				 : "memory");
		VCPU->queue_count = n + 1;
	} else {
		batch[n].target = target;
		batch[n].value = value;
		batched++;
	}
}

static u32 page_alloc(void)
{
	u32 i;

	for (i = 0; i < FRAMES; i++) {
		if (refs[i])
			continue;
		refs[i] = 1;
		memset(gpa_to_va(CHUNK1 + i * PAGE), 0, PAGE);
		return CHUNK1 + i * PAGE;
	}
	panic("out of memory");
}

static u8 *page_refs(u32 gpa)
{
	return &refs[(gpa - CHUNK1) / PAGE];
}

u32 pages_free(void)
{
	u32 i, n = 0;

	for (i = 0; i < FRAMES; i++)
		n += !refs[i];
	return n;
}

u32 tables_free(void)
{
	u32 i, n = 0;

	for (i = 0; i < FRAMES; i++)
		n += !table_used[i];
	return n;
}

/* A page table, or a directory and the frame behind it [PT-3]. */
static u32 table_alloc(u32 level)
{
	u32 step = level == SILK_PT_DIRECTORY ? 2 : 1, i;

	for (i = 0; i < FRAMES; i += step) {
		if (table_used[i] || table_used[i + step - 1])
			continue;
		mmu_commit();
		must(hypercall(pt_alloc, i * PAGE, level), "pt_alloc");
		table_used[i] = table_used[i + step - 1] = true;
		return i * PAGE;
	}
	panic("out of table frames");
}

static void table_free(u32 frame, u32 level)
{
	mmu_commit();
	must(hypercall(pt_free, frame), "pt_free");
	table_used[frame / PAGE] = false;
	if (level == SILK_PT_DIRECTORY)
		table_used[frame / PAGE + 1] = false;
}

static u32 entry_read(u32 gpa)
{
	mmu_commit();
	return *(volatile u32 *)gpa_to_va(gpa);
}

static u32 dir_entry(u32 dir, u32 va)
{
	return dir + (va >> 22) * 4;
}

/* Where the entry of a page lies; 0 if there is no table for it. */
static u32 pte_of(u32 dir, u32 va, bool create)
{
	u32 entry = entry_read(dir_entry(dir, va)), table;

	if (entry & P) {
		table = machine_to_gpa(entry);
	} else {
		if (!create)
			return 0;
		table = table_alloc(SILK_PT_TABLE);
		mmu_op(dir_entry(dir, va), gpa_to_machine(table) | P | W | U);
	}
	return table + (va >> 12) % 1024 * 4;
}

static void flush_page(u32 va)
{
	mmu_op(SILK_CONTROL(SILK_CONTROL_FLUSH_PAGE), va);
}

u32 mm_new(void)
{
	return table_alloc(SILK_PT_DIRECTORY);
}

/* The directory must not be loaded: then nothing of it is cached [PT-16]. */
void mm_free(u32 dir)
{
	u32 i, j, entry, page, table;

	for (i = 0; i < SILK_I386_KERNEL_BASE >> 22; i++) {
		entry = entry_read(dir + i * 4);
		if (!(entry & P))
			continue;
		table = machine_to_gpa(entry);
		for (j = 0; j < 1024; j++) {
			page = entry_read(table + j * 4);
			if (page & P)
				--*page_refs(machine_to_gpa(page));
		}
		mmu_op(dir + i * 4, 0);
		table_free(table, SILK_PT_TABLE);
	}
	table_free(dir, SILK_PT_DIRECTORY);
}

static const struct area *area_of(u32 va)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(areas); i++)
		if (va - areas[i].start < areas[i].pages * PAGE)
			return &areas[i];
	return NULL;
}

bool mm_user_range(u32 address, u32 length)
{
	const struct area *a = area_of(address);

	return a && length <= a->start + a->pages * PAGE - address;
}

/* Copy on write: both get the frames read-only. The parent is loaded: flush. */
void mm_fork(u32 to, u32 from)
{
	u32 i, n, va, pte, entry;

	for (i = 0; i < ARRAY_SIZE(areas); i++) {
		for (n = 0; n < areas[i].pages; n++) {
			va = areas[i].start + n * PAGE;
			pte = pte_of(from, va, false);
			entry = pte ? entry_read(pte) : 0;
			if (!(entry & P))
				continue;
			if (entry & W) {
				entry = (entry & ~W) | COW;
				mmu_op(pte | SILK_OP_SET_KEEP, entry);
			}
			++*page_refs(machine_to_gpa(entry));
			mmu_op(pte_of(to, va, true), entry);
		}
	}
	mmu_op(SILK_CONTROL(SILK_CONTROL_FLUSH_ALL), 0);
	mmu_commit();
}

/* The entry rides on the return, if there is a queue. */
bool mm_fault(struct task *t, u32 address, bool write)
{
	const struct area *a = area_of(address);
	u32 pte, entry, old, page;

	if (!a || (write && !a->writable))
		return false;
	address &= ~(PAGE - 1);
	pte = pte_of(t->dir, address, true);
	entry = entry_read(pte);
	if (!(entry & P)) {
		page = page_alloc();
		if (!a->writable)
			memcpy(gpa_to_va(page), t->blob, t->blob_size);
		mmu_op(pte, gpa_to_machine(page) | P | U | (a->writable ? W : 0));
		return true;
	}
	if (write && entry & COW) {
		old = machine_to_gpa(entry);
		page = old;
		if (*page_refs(old) > 1) {
			page = page_alloc();
			memcpy(gpa_to_va(page), gpa_to_va(old), PAGE);
			--*page_refs(old);
		}
		mmu_op(pte | SILK_OP_SET_KEEP, gpa_to_machine(page) | P | U | W);
	}
	flush_page(address);
	return true;
}

void mm_init(void)
{
	u32 i, gpa, initrd = INFO->initrd, entry, page, table, *window;
	u32 end = initrd + INFO->initrd_length;

	for (i = 0; i < FRAMES; i++) {
		gpa = CHUNK1 + i * PAGE;
		if (gpa < va_to_gpa(_end) || (gpa + PAGE > initrd && gpa < end))
			refs[i] = 1;
	}
	table_used[INFO->boot_directory / PAGE] = true;
	table_used[INFO->boot_directory / PAGE + 1] = true;

	/* A directory of our own; the kernel range is in it already [PT-8]. */
	kernel_dir = mm_new();
	must(hypercall(pt_switch, kernel_dir), "pt_switch");
	table_free(INFO->boot_directory, SILK_PT_DIRECTORY);
	check(true, "a directory of our own is loaded, the boot directory freed");

	/* A page of the kernel's at a second place: entry 958 is always free [BOOT-3]. */
	window = (u32 *)(958u << 22);
	page = page_alloc();
	entry = pte_of(kernel_dir, (u32)window, true);
	table = entry & ~(PAGE - 1);
	mmu_op(entry, gpa_to_machine(page) | P | W);
	mmu_commit();
	*window = 0x51e4;
	check(*(u32 *)gpa_to_va(page) == 0x51e4, "a kernel page has two addresses");
	mmu_op(dir_entry(kernel_dir, (u32)window), 0);
	flush_page((u32)window);
	table_free(table, SILK_PT_TABLE);
	--*page_refs(page);
	check(!probe_read((u32)window), "what was unlinked is gone");
}

/* Maps a chunk at its place of the direct map, by a 4 MB entry or by a table. */
static void chunk_map(u32 chunk, u32 bits)
{
	static u32 values[1024];
	u32 base = CHUNK_MACHINE[chunk], va = (u32)gpa_to_va(chunk << 22), i, table;

	if (large_on) {
		mmu_op(dir_entry(kernel_dir, va), base | bits | P | U | SILK_I386_LARGE);
		mmu_commit();
		return;
	}
	table = pte_of(kernel_dir, va, true);
	mmu_commit();
	for (i = 0; i < 1024; i++)
		values[i] = (base + i * PAGE) | bits | P | U;
	for (i = 0; i < 1024;)
		i += must(hypercall(pt_run, table + i * 4, 1024 - i, values + i), "pt_run");
}

static void chunk_unmap(u32 chunk)
{
	u32 va = (u32)gpa_to_va(chunk << 22), entry = entry_read(dir_entry(kernel_dir, va));

	mmu_op(dir_entry(kernel_dir, va), 0);
	mmu_commit();
	must(hypercall(pt_flush, va, entry & SILK_I386_LARGE ? 1 : 1024), "pt_flush");
	if (entry & P && !(entry & SILK_I386_LARGE))
		table_free(machine_to_gpa(entry), SILK_PT_TABLE);
}

static u32 chunk_change(u32 chunk, u32 kind) /* kind 0: give [MEM-14] */
{
	u32 r;

	do {
		r = kind ? hypercall(chunk_convert, chunk, kind) : hypercall(chunk_give, chunk);
	} while (r == (u32)-SILK_EAGAIN);
	return r;
}

static bool chunk_zero(u32 chunk)
{
	u32 *p = gpa_to_va(chunk << 22), i;

	for (i = 0; i < SILK_I386_CHUNK_SIZE / 4; i++)
		if (p[i])
			return false;
	return true;
}

/* RAM to TABLE, a table there, and back. */
static void test_convert(u32 chunk)
{
	u32 r, gpa = chunk << 22;

	chunk_unmap(chunk);
	r = chunk_change(chunk, SILK_CHUNK_TABLE);
	if (r == (u32)-SILK_ENOMEM) {
		say("outsider: no memory to convert chunk %u\n", chunk);
	} else {
		must(r, "chunk_convert");
		check(KIND[chunk] == SILK_CHUNK_TABLE, "a chunk was converted");
		chunk_map(chunk, 0);
		must(hypercall(pt_alloc, gpa, SILK_PT_TABLE), "pt_alloc");
		mmu_op(gpa + 40, gpa_to_machine(CHUNK1) | P);
		check(entry_read(gpa + 40) == (gpa_to_machine(CHUNK1) | P | U),
		      "a table in it holds an entry");
		must(hypercall(pt_free, gpa), "pt_free");
		chunk_unmap(chunk);
		must(chunk_change(chunk, SILK_CHUNK_RAM), "chunk_convert back");
		check(KIND[chunk] == SILK_CHUNK_RAM, "and back");
	}
	chunk_map(chunk, W);
	memset(gpa_to_va(gpa), 0x5a, SILK_I386_CHUNK_SIZE);
}

static void test_give(u32 chunk)
{
	u32 r;

	chunk_unmap(chunk);
	must(chunk_change(chunk, 0), "chunk_give");
	check(KIND[chunk] == SILK_CHUNK_ABSENT && CHUNK_MACHINE[chunk] == SILK_I386_NO_CHUNK,
	      "a chunk was given back");
	if (!(INFO->features[SILK_GROUP_MEMORY] & SILK_F_MEMORY_TAKE)) {
		say("outsider: it can't be taken again here\n");
		return;
	}
	r = hypercall(chunk_take, chunk, SILK_CHUNK_RAM);
	if (r == (u32)-SILK_ENOMEM) {
		say("outsider: somebody else has it now\n");
		return;
	}
	must(r, "chunk_take");
	chunk_map(chunk, W);
	check(chunk_zero(chunk), "a chunk was taken, and holds zeros");
}

void test_chunks(void)
{
	u32 chunk, first = INFO->initrd >> 22;
	u32 last = (INFO->initrd + INFO->initrd_length) >> 22;

	for (chunk = INFO->low_chunks - 1; chunk > 1; chunk--)
		if ((chunk < first || chunk > last) && KIND[chunk] == SILK_CHUNK_RAM)
			break;
	if (chunk < 2) {
		say("outsider: no chunk to spare\n");
		return;
	}
	test_convert(chunk);
	test_give(chunk);
}
