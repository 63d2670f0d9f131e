// SPDX-License-Identifier: GPL-2.0-only
/*
 * exec.c - loads an ELF program into a new address space, puts its arguments on
 * its stack, and only then lets go of the old address space.
 */
#include "exec.h"
#include "ext2.h"
#include "mmu.h"
#include "page.h"
#include "print.h"
#include "process.h"

#define ELF_MAGIC     0x464c457fu
#define ELF_32_LE     0x0101u /* class and data */
#define TYPE_EXEC     2
#define MACHINE_386   3
#define SEGMENT_LOAD  1u
#define SEGMENT_WRITE 2u
#define SEGMENTS      8

struct elf_header {
	uint32_t magic;
	uint16_t class_data;
	uint8_t unused1[10];
	uint16_t type, machine;
	uint32_t version, entry, phoff, shoff, flags;
	uint16_t ehsize, phentsize, phnum, unused2[3];
};
_Static_assert(sizeof(struct elf_header) == 52, "ELF header");

struct elf_segment {
	uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

/* One page that has bytes of the file. Pages that have none come on demand. */
static int load_page(struct space *s, struct inode *file,
		     const struct elf_segment *seg, uint32_t va)
{
	uint32_t start = va > seg->vaddr ? va : seg->vaddr;
	uint32_t end = seg->vaddr + seg->filesz;
	uint32_t page = page_alloc_zeroed();
	int n;

	if (!page)
		return -ENOMEM;
	if (end > va + PAGE_SIZE)
		end = va + PAGE_SIZE;
	n = inode_read(file, seg->offset + (start - seg->vaddr),
		       (char *)gpa_to_va(page) + (start - va), end - start, false);
	if (n != (int)(end - start))
		n = n < 0 ? n : -ENOEXEC;
	else
		n = space_map(s, va, page, seg->flags & SEGMENT_WRITE);
	if (n < 0)
		page_free(page);
	return n;
}

static int load_segment(struct space *s, struct inode *file, const struct elf_segment *seg)
{
	uint32_t start = seg->vaddr & ~(PAGE_SIZE - 1);
	uint32_t end = seg->vaddr + seg->memsz;
	int error;

	if (seg->memsz == 0)
		return 0;
	if (end < seg->vaddr || seg->filesz > seg->memsz || end > STACK_TOP - STACK_SIZE)
		return -ENOEXEC;
	error = space_add_region(s, start, (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1),
				 seg->flags & SEGMENT_WRITE);
	if (error)
		return -ENOEXEC;
	for (uint32_t va = start; va < seg->vaddr + seg->filesz && !error; va += PAGE_SIZE)
		error = load_page(s, file, seg, va);
	return error;
}

static uint32_t last_end(const struct space *s)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < s->regions; i++)
		if (s->region[i].end > end)
			end = s->region[i].end;
	return end;
}

static int load_file(struct space *s, struct inode *file, uint32_t *entry)
{
	struct elf_header h;
	struct elf_segment seg[SEGMENTS];
	int error = 0, n = inode_read(file, 0, &h, sizeof(h), false);

	if (n < 0)
		return n;
	if (n != sizeof(h) || h.magic != ELF_MAGIC || h.class_data != ELF_32_LE ||
	    h.type != TYPE_EXEC || h.machine != MACHINE_386 ||
	    h.phentsize != sizeof(seg[0]) || h.phnum > SEGMENTS)
		return -ENOEXEC;
	n = inode_read(file, h.phoff, seg, h.phnum * sizeof(seg[0]), false);
	if (n != (int)(h.phnum * sizeof(seg[0])))
		return n < 0 ? n : -ENOEXEC;
	for (int i = 0; i < h.phnum && !error; i++)
		if (seg[i].type == SEGMENT_LOAD)
			error = load_segment(s, file, &seg[i]);
	if (error)
		return error;
	s->heap_end = last_end(s);
	s->heap = s->regions;
	error = space_add_region(s, s->heap_end, s->heap_end, true);
	if (!error)
		error = space_add_region(s, STACK_TOP - STACK_SIZE, STACK_TOP, true);
	*entry = h.entry;
	return error ? -ENOEXEC : 0;
}

/*
 * The top page of the stack, from its end downwards: the strings, a NULL, the
 * pointers to the strings, argv, argc. esp is returned by *esp.
 */
static int build_stack(struct space *s, const struct arguments *args, uint32_t *esp)
{
	uint32_t strings = (args->length + 3) & ~3u;
	uint32_t words = args->count + 3, used = strings + words * 4;
	uint32_t page, base = STACK_TOP - used, *at, va;
	char *top;

	if (used > PAGE_SIZE)
		return -E2BIG;
	page = page_alloc_zeroed();
	if (!page)
		return -ENOMEM;
	top = (char *)gpa_to_va(page) + PAGE_SIZE;
	memcpy(top - strings, args->text, args->length);
	at = (uint32_t *)(top - used);
	*at++ = args->count;
	*at++ = base + 8;
	va = STACK_TOP - strings;
	for (uint32_t i = 0; i < args->count; i++) {
		*at++ = va;
		va += strlen(top - (STACK_TOP - va)) + 1;
	}
	*esp = base;
	if (space_map(s, STACK_TOP - PAGE_SIZE, page, true) < 0) {
		page_free(page);
		return -ENOMEM;
	}
	return 0;
}

static void set_name(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/' && path[1])
			name = path + 1;
	format(current->name, sizeof(current->name), "%s", name);
}

static void enter(struct space *s, uint32_t entry, uint32_t esp)
{
	struct trap_frame *frame = user_frame(current);
	struct space old = current->space;

	current->space = *s;
	sched_load(s->directory);
	space_destroy(&old);
	fpu_new(current);
	memset(frame, 0, sizeof(*frame));
	frame->vector = SILK_I386_VECTOR_CALL;
	frame->eip = entry;
	frame->esp = esp;
	frame->cs = SILK_I386_USER_CS;
	frame->ss = frame->ds = frame->es = SILK_I386_USER_DS;
	frame->eflags = SILK_VIF | 2;
}

int exec(const char *path, const struct arguments *args)
{
	struct space s;
	struct inode *file;
	uint32_t entry, esp;
	int error = inode_open(current->cwd, path, &file);

	if (error)
		return error;
	error = file->type == MINI_FILE ? space_create(&s) : -EISDIR;
	if (error) {
		inode_put(file);
		return error;
	}
	error = load_file(&s, file, &entry);
	inode_put(file);
	if (!error)
		error = build_stack(&s, args, &esp);
	if (error) {
		space_destroy(&s);
		return error;
	}
	set_name(path);
	enter(&s, entry, esp);
	return 0;
}
