// SPDX-License-Identifier: GPL-2.0-only
/*
 * partition.c - reading the table of a disk's partitions.
 *
 * GPT (UEFI 2.10, 5.3) with both checksums, where the MBR says that there is one
 * (5.2.3); otherwise the four primary partitions of an MBR (5.2.2).
 * Invariant: a partition in a struct partition_table is not empty and lies
 * within the disk; what is read from the disk bounds no loop unchecked.
 */
#include "partition.h"
#include "../core/libc.h"

/* MBR: offsets in sector 0, and in an entry */
#define MBR_ENTRIES     446
#define MBR_ENTRY       16
#define MBR_SIGNATURE   510
#define ENTRY_STATUS    0
#define ENTRY_TYPE      4
#define ENTRY_FIRST     8
#define ENTRY_SECTORS   12
#define TYPE_NONE       0x00
#define TYPE_PROTECTIVE 0xee

/* GPT: offsets in the header (sector 1), and in an entry */
#define GPT_SECTOR      1
#define GPT_HEADER_SIZE 12
#define GPT_HEADER_CRC  16
#define GPT_MY_SECTOR   24
#define GPT_FIRST       40
#define GPT_LAST        48
#define GPT_ENTRIES     72
#define GPT_COUNT       80
#define GPT_ENTRY_SIZE  84
#define GPT_ENTRIES_CRC 88
#define GPT_HEADER_MIN  92
#define GPT_COUNT_MOST  1024u
#define PART_FIRST      32
#define PART_LAST       40

static u32 get32(const u8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24;
}

static u64 get64(const u8 *p)
{
	return get32(p) | (u64)get32(p + 4) << 32;
}

/* The CRC of UEFI 4.2 (ISO 3309: reflected, polynomial 0x04c11db7). */
static u32 crc32(u32 crc, const u8 *p, u32 bytes)
{
	u32 i, bit;

	for (i = 0; i < bytes; i++) {
		crc ^= p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return crc;
}

/* False if the table is full. */
static bool add(struct partition_table *t, u32 number, u64 first, u64 sectors)
{
	struct partition *p = &t->part[t->count];

	if (t->count == PARTITIONS_MOST) {
		t->wrong = "more partitions than the hypervisor can use";
		return false;
	}
	p->number = number;
	p->first = first;
	p->sectors = sectors;
	t->count++;
	return true;
}

static void nothing(struct partition_table *t, const char *why)
{
	t->count = 0;
	t->wrong = why;
}

/* ---- MBR ---- */

/* The boot sector of a file system has the same signature; its code hardly
 * passes for four entries. */
static bool is_mbr(const u8 *sector)
{
	u32 i;

	if (sector[MBR_SIGNATURE] != 0x55 || sector[MBR_SIGNATURE + 1] != 0xaa)
		return false;
	for (i = 0; i < 4; i++)
		if (sector[MBR_ENTRIES + i * MBR_ENTRY + ENTRY_STATUS] & 0x7f)
			return false;
	return true;
}

static bool is_protective(const u8 *sector)
{
	u32 i;

	for (i = 0; i < 4; i++)
		if (sector[MBR_ENTRIES + i * MBR_ENTRY + ENTRY_TYPE] ==
		    TYPE_PROTECTIVE)
			return true;
	return false;
}

static bool is_extended(u8 type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

static void parse_mbr(struct partition_table *t, u64 sectors, const u8 *sector)
{
	const u8 *entry = sector + MBR_ENTRIES;
	u32 i, first, length;

	t->kind = "MBR";
	for (i = 0; i < 4; i++, entry += MBR_ENTRY) {
		first = get32(entry + ENTRY_FIRST);
		length = get32(entry + ENTRY_SECTORS);
		if (entry[ENTRY_TYPE] == TYPE_NONE || !length)
			continue;
		if (is_extended(entry[ENTRY_TYPE]))
			t->wrong = "the partitions in an extended one are left out";
		else if (!first || first >= sectors || length > sectors - first)
			return nothing(t, "a partition leaves the disk");
		else
			add(t, i + 1, first, length);
	}
}

/* ---- GPT ---- */

struct gpt {
	u64 first, last;      /* sectors that partitions may have */
	u64 entries;          /* sector of the array */
	u32 count, size, crc; /* of the array's entries */
};

/* UEFI 5.3.2. The header's own checksum counts as 0 in it. */
static const char *read_header(struct gpt *gpt, u64 sectors, u8 *sector)
{
	u32 size = get32(sector + GPT_HEADER_SIZE);
	u32 crc = get32(sector + GPT_HEADER_CRC);

	if (memcmp(sector, "EFI PART", 8))
		return "the GPT has no header";
	if (size < GPT_HEADER_MIN || size > SECTOR)
		return "the GPT's header has a wrong size";
	memset(sector + GPT_HEADER_CRC, 0, 4);
	if (~crc32(~0u, sector, size) != crc)
		return "the GPT's header has a wrong checksum";
	gpt->first = get64(sector + GPT_FIRST);
	gpt->last = get64(sector + GPT_LAST);
	gpt->entries = get64(sector + GPT_ENTRIES);
	gpt->count = get32(sector + GPT_COUNT);
	gpt->size = get32(sector + GPT_ENTRY_SIZE);
	gpt->crc = get32(sector + GPT_ENTRIES_CRC);
	if (get64(sector + GPT_MY_SECTOR) != GPT_SECTOR)
		return "the GPT's header belongs elsewhere";
	if (gpt->first <= GPT_SECTOR || gpt->last >= sectors)
		return "the GPT leaves the disk";
	if (gpt->size != 128 && gpt->size != 256 && gpt->size != 512)
		return "the GPT's entries have a wrong size";
	if (!gpt->count || gpt->count > GPT_COUNT_MOST)
		return "the GPT has a wrong number of entries";
	return NULL;
}

static const char *read_entry(struct partition_table *t, const struct gpt *gpt,
			      u32 number, const u8 *entry)
{
	static const u8 unused[16];
	u64 first = get64(entry + PART_FIRST), last = get64(entry + PART_LAST);

	if (!memcmp(entry, unused, sizeof(unused))) /* its type */
		return NULL;
	if (first < gpt->first || last > gpt->last || first > last)
		return "a partition leaves the disk";
	add(t, number, first, last - first + 1);
	return NULL;
}

/* The array sector by sector, its checksum on the way. */
static const char *read_entries(struct partition_table *t,
				const struct gpt *gpt, sector_reader read, void *arg, u8 *sector)
{
	u32 bytes = gpt->count * gpt->size, done, part, crc = ~0u;
	const char *wrong = NULL;

	for (done = 0; done < bytes; done++) {
		if (done % SECTOR == 0) {
			part = MIN(SECTOR, bytes - done);
			if (read(arg, gpt->entries + done / SECTOR, sector))
				return "the GPT can't be read";
			crc = crc32(crc, sector, part);
		}
		if (done % gpt->size == 0 && !wrong)
			wrong = read_entry(t, gpt, done / gpt->size + 1,
					   sector + done % SECTOR);
	}
	return ~crc == gpt->crc ? wrong : "the GPT has a wrong checksum";
}

static void parse_gpt(struct partition_table *t, u64 sectors,
		      sector_reader read, void *arg, u8 *sector)
{
	const char *wrong;
	struct gpt gpt;

	t->kind = "GPT";
	if (read(arg, GPT_SECTOR, sector))
		return nothing(t, "the GPT can't be read");
	wrong = read_header(&gpt, sectors, sector);
	if (!wrong)
		wrong = read_entries(t, &gpt, read, arg, sector);
	if (wrong)
		nothing(t, wrong);
}

void partition_parse(struct partition_table *t, u64 sectors,
		     sector_reader read, void *arg)
{
	u8 sector[SECTOR];

	memset(t, 0, sizeof(*t));
	t->kind = "no";
	if (sectors < 2)
		return;
	if (read(arg, 0, sector))
		nothing(t, "sector 0 can't be read");
	else if (is_mbr(sector) && is_protective(sector))
		parse_gpt(t, sectors, read, arg, sector);
	else if (is_mbr(sector))
		parse_mbr(t, sectors, sector);
}
