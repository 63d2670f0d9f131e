// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio.c (native) - just enough of a disk driver to read a block: a legacy
 * virtio-blk device (virtio 1.0, section 4.1.4.8), found on PCI bus 0, its
 * interrupt through the old 8259 controllers.
 *
 * One request is in flight at a time; its three descriptors never change but
 * for the addresses.
 */
#include "native.h"
#include "plat.h"

#define QUEUE_MAX        256
#define PCI_VIRTIO_BLK   0x10011af4

/* Registers of the legacy interface, from its I/O base. */
#define R_GUEST_FEATURES 0x04
#define R_QUEUE_ADDRESS  0x08
#define R_QUEUE_SIZE     0x0c
#define R_QUEUE_SELECT   0x0e
#define R_QUEUE_NOTIFY   0x10
#define R_STATUS         0x12
#define R_ISR            0x13

struct descriptor {
	u64 address;
	u32 length;
	u16 flags, next;
};

/* The layout that the legacy interface wants for a queue of 256. */
static struct {
	struct descriptor descriptor[QUEUE_MAX];
	u16 avail_flags, avail_index, avail[QUEUE_MAX];
	u8 pad[4096 - (4 + 2 * QUEUE_MAX) % 4096];
	u16 used_flags, used_index;
	u32 used[QUEUE_MAX][2];
} queue __attribute__((aligned(4096)));

static struct {
	u32 type, reserved;
	u64 sector;
} header;
static volatile u8 status;
static u16 io, seen;

extern char entry_block[];

static u32 physical(const volatile void *p)
{
	return (u32)p - KERNEL_BASE;
}

static u32 pci_read(u32 device, u32 offset)
{
	outl(0xcf8, 0x80000000 | device << 11 | offset);
	return inl(0xcfc);
}

static void pci_write(u32 device, u32 offset, u32 value)
{
	outl(0xcf8, 0x80000000 | device << 11 | offset);
	outl(0xcfc, value);
}

/* Vectors VECTOR_PIC and up, all lines masked but the cascade and `line`. */
static void pic_init(u32 line)
{
	outb(0x20, 0x11);
	outb(0xa0, 0x11);
	outb(0x21, VECTOR_PIC);
	outb(0xa1, VECTOR_PIC + 8);
	outb(0x21, 4);
	outb(0xa1, 2);
	outb(0x21, 1);
	outb(0xa1, 1);
	outb(0x21, 0xff & ~(1 << 2) & ~(1u << line));
	outb(0xa1, 0xff & ~(1u << line >> 8));
	set_block_gate(VECTOR_PIC + line, entry_block);
}

void block_init(void)
{
	u32 device = 0, line;

	while (device < 32 && pci_read(device, 0) != PCI_VIRTIO_BLK)
		device++;
	if (device == 32)
		plat_die("no disk", 0, 0);
	io = pci_read(device, 0x10) & ~3u;
	line = pci_read(device, 0x3c) & 0xff;
	pci_write(device, 4, 5); /* I/O ports, bus master */

	outb(io + R_STATUS, 0);
	outb(io + R_STATUS, 1); /* acknowledge */
	outb(io + R_STATUS, 3); /* driver */
	outl(io + R_GUEST_FEATURES, 0);
	outw(io + R_QUEUE_SELECT, 0);
	if (inw(io + R_QUEUE_SIZE) != QUEUE_MAX)
		plat_die("disk queue", 0, inw(io + R_QUEUE_SIZE));
	queue.descriptor[0] = (struct descriptor){
		physical(&header), sizeof(header), 1, 1
	};
	queue.descriptor[1] = (struct descriptor){ 0, 4096, 3, 2 };
	queue.descriptor[2] = (struct descriptor){
		physical(&status), 1, 2, 0
	};
	outl(io + R_QUEUE_ADDRESS, physical(&queue) >> 12);
	outb(io + R_STATUS, 7); /* driver ok */
	pic_init(line);
}

void plat_block_read(u32 sector, u32 gpa)
{
	header.type = 0;
	header.sector = sector;
	queue.descriptor[1].address = gpa;
	status = 0xff;
	queue.avail[queue.avail_index % QUEUE_MAX] = 0;
	barrier();
	*(volatile u16 *)&queue.avail_index += 1;
	barrier();
	outw(io + R_QUEUE_NOTIFY, 0);
}

void handle_block(struct regs *r);
void handle_block(struct regs *r)
{
	(void)r;
	if (inb(io + R_ISR) & 1) {
		if (*(volatile u16 *)&queue.used_index != seen) {
			seen++;
			if (status)
				plat_die("disk status", 0, status);
			event_block();
		}
	}
	outb(0xa0, 0x20);
	outb(0x20, 0x20);
}
