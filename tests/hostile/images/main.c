// SPDX-License-Identifier: GPL-2.0-only
/*
 * images - set_kernel with images that are none: every field of the headers
 * that may lie, each byte of them changed, lengths and places beyond all there
 * is; and a boot from an image that does nothing but go wrong.
 *
 * The image is made here: one segment of a page, one note. `boot=WHAT` makes it
 * the next kernel and reboots: `fault` (nothing mapped at its entry's first
 * access, no handler), `loop` (it reboots at once, again and again).
 *
 * covers: BOOT-1 BOOT-4 BOOT-8 LIFE-2 LIFE-3 LIFE-4 LIFE-5 CALL-4 CALL-5
 */
#include "hostile.h"

#define IMAGE_GPA   (SPARE_GPA + 0x100000)
#define LOAD        0xc0400000u
#define PAGE_OFFSET 0x1000u
#define IMAGE_BYTES 0x2000u
#define PT_LOAD     1
#define PT_NOTE     4

static struct {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version, entry, phoff, shoff, flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
	struct {
		uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
	} segment[2];
	uint32_t note[3];
	char name[8];
	uint32_t contents[2];
} good, *image;

static uint8_t *page;

static void make(void)
{
	static const uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };

	memcpy(good.ident, ident, sizeof(ident));
	good.type = 2;
	good.machine = 3;
	good.version = 1;
	good.entry = LOAD;
	good.phoff = 52;
	good.ehsize = 52;
	good.phentsize = 32;
	good.phnum = 2;
	good.segment[0].type = PT_LOAD;
	good.segment[0].offset = PAGE_OFFSET;
	good.segment[0].vaddr = LOAD;
	good.segment[0].filesz = good.segment[0].memsz = PAGE_SIZE;
	good.segment[1].type = PT_NOTE;
	good.segment[1].offset = 116;
	good.segment[1].filesz = good.segment[1].memsz = 28;
	good.note[0] = 5;
	good.note[1] = 8;
	good.note[2] = SILK_NOTE_TYPE;
	memcpy(good.name, SILK_NOTE_NAME, sizeof(SILK_NOTE_NAME));
	good.contents[0] = SILK_ABI_VERSION;
	good.contents[1] = LOAD;
	image = gpa_to_va(IMAGE_GPA);
	page = (uint8_t *)image + PAGE_OFFSET;
	*image = good;
}

static uint32_t set(uint32_t bytes)
{
	return (uint32_t)-hv_set_kernel(IMAGE_GPA, bytes);
}

/* One field of the good image is `value`. */
#define TRY(field, value, verdict) \
	do { \
		*image = good; \
		image->field = (value); \
		expect(verdict, set(IMAGE_BYTES), #field " = %x", \
		       (uint32_t)(value)); \
	} while (0)

#define BAD(field, value) TRY(field, value, SILK_ENOEXEC)

static void fields(void)
{
	uint32_t top = SILK_I386_KERNEL_BASE + info()->chunks * CHUNK_SIZE;

	begin("fields");
	expect(0, set(IMAGE_BYTES), "the good image");
	BAD(ident[0], 0x7e);
	BAD(ident[4], 2);
	BAD(ident[5], 2);
	BAD(ident[6], 0);
	BAD(type, 3);
	BAD(machine, 62);
	BAD(version, 2);
	BAD(phentsize, 31);
	BAD(phentsize, 33);
	BAD(phnum, 0);
	BAD(phnum, 33);
	BAD(phnum, 0xffff);
	BAD(phoff, IMAGE_BYTES - 32);
	BAD(phoff, 0xfffffff0);
	BAD(segment[0].type, 0);
	BAD(segment[0].offset, IMAGE_BYTES - PAGE_SIZE + 1);
	BAD(segment[0].offset, 0xfffff001);
	BAD(segment[0].filesz, PAGE_SIZE + 1);
	BAD(segment[0].filesz, 0xffffffff);
	BAD(segment[0].memsz, PAGE_SIZE - 1);
	BAD(segment[0].memsz, 0xffffffff);
	BAD(segment[0].memsz, top - LOAD + 1);
	BAD(segment[0].vaddr, 0);
	BAD(segment[0].vaddr, 0x00400000);
	BAD(segment[0].vaddr, 0xbffff000);
	BAD(segment[0].vaddr, 0xc0000000);
	BAD(segment[0].vaddr, 0xc0002000);
	BAD(segment[0].vaddr, 0xc03ff001);
	BAD(segment[0].vaddr, top - PAGE_SIZE + 1);
	BAD(segment[0].vaddr, 0xefc00000);
	BAD(segment[0].vaddr, 0xf0100000);
	BAD(segment[0].vaddr, 0xfffff000);
	BAD(contents[0], SILK_ABI_VERSION + 0x10000);
	BAD(contents[0], SILK_ABI_VERSION - 0x10000);
	BAD(contents[1], 0);
	BAD(contents[1], 0xbfffffff);
	BAD(contents[1], 0xefc00000);
	BAD(contents[1], 0xf0100000);
	BAD(contents[1], 0xffffffff);
	TRY(segment[0].paddr, 0xf0100000, 0);
	TRY(contents[0], SILK_ABI_VERSION + 1, 0);
	TRY(segment[0].memsz, top - LOAD, 0);
	TRY(shoff, 0xffffffff, 0);
	*image = good;
	end();
}

/* Each byte of the headers, each of these values: refused as ENOEXEC or taken,
 * and never anything else. */
static void bytes(void)
{
	static const uint8_t values[] = { 0, 1, 2, 0x7f, 0x80, 0xfe, 0xff };

	begin("bytes");
	for (uint32_t at = 0; at < sizeof(good); at++)
		for (uint32_t i = 0; i < ARRAY_SIZE(values); i++) {
			uint32_t error;

			*image = good;
			((uint8_t *)image)[at] = values[i];
			error = set(IMAGE_BYTES);
			expect(true, !error || error == SILK_ENOEXEC,
			       "byte %u = %x: error %u", at, values[i], error);
		}
	for (uint32_t i = 0; i < 3000; i++) {
		uint32_t error;

		*image = good;
		for (uint32_t k = 0; k < 4; k++)
			((uint32_t *)image)[random32() % (sizeof(good) / 4)] =
				random32() % 2 ? random32() : 0u - random32() % 64;
		error = set(IMAGE_BYTES);
		expect(true, !error || error == SILK_ENOEXEC, "random: error %u",
		       error);
	}
	*image = good;
	end();
}

static void lengths(void)
{
	const uint32_t room = info()->chunks * CHUNK_SIZE;

	begin("lengths");
	for (uint32_t n = 1; n < IMAGE_BYTES; n++)
		expect(n < 52 ? SILK_EINVAL : SILK_ENOEXEC, set(n), "length %x", n);
	expect(SILK_EINVAL, set(SILK_KERNEL_MAX + 1), "too long");
	expect(SILK_EINVAL, set(0xffffffff), "all there is");
	expect(SILK_EOWNER, set(SILK_KERNEL_MAX), "longer than our memory");
	expect(0, set(room - IMAGE_GPA), "all our memory behind it");
	expect(SILK_EOWNER, set(room - IMAGE_GPA + 1), "and a byte");
	expect(SILK_EOWNER, (uint32_t)-hv_set_kernel(0x2000, 4096), "tables");
	expect(SILK_EOWNER, (uint32_t)-hv_set_kernel(0xfffff000, 4096), "the end");
	expect(SILK_EOWNER, (uint32_t)-hv_set_kernel(0xffffffff, 52), "beyond it");
	expect(0, set(0), "none");
	end();
}

/* mov $0, %eax; mov %eax, (%eax), or: shutdown(REBOOT). */
static void boot(void)
{
	static const uint8_t fault[] = { 0xb8, 0, 0, 0, 0, 0x89, 0x00 };
	static const uint8_t loop[] = {
		0xb8,
		SILK_CALL_shutdown,
		0,
		0,
		0,
		0xbb,
		SILK_SHUTDOWN_REBOOT,
		0,
		0,
		0,
		0x31,
		0xc9,
		0x31,
		0xd2,
		0xcd,
		0x80,
	};

	if (!strncmp(cmdline("boot"), "fault", 5))
		memcpy(page, fault, sizeof(fault));
	else
		memcpy(page, loop, sizeof(loop));
	if (set(IMAGE_BYTES))
		panic("the image was refused");
	hv_shutdown(SILK_SHUTDOWN_REBOOT, NULL, 0);
}

void hostile_main(void)
{
	make();
	if (cmdline("boot")) {
		boot();
		check("reboots", true, false);
		return;
	}
	fields();
	bytes();
	lengths();
}
