// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci.c - the PCI bus, by configuration mechanism #1 (PCI 3.0, 3.2.2.3.2).
 *
 * The firmware has numbered the buses, placed the BARs and routed the
 * interrupts; we read what it chose. Invariant: nothing here loops for longer
 * than configuration space is large, whatever a device says.
 */
#include "pci.h"
#include "../core/format.h"
#include "../i386/io.h"

#define CONFIG_ADDRESS       0xcf8
#define CONFIG_DATA          0xcfc
#define CONFIG_ENABLE        0x80000000u

#define COMMAND_MEMORY       0x0002
#define COMMAND_MASTER       0x0004
#define COMMAND_INTX_OFF     0x0400
#define STATUS_CAPABILITIES  0x0010
#define HEADER_MULTIFUNCTION 0x80
#define HEADER_BRIDGE        0x01
#define CLASS_BRIDGES        0x06
#define CLASS_PCI_BRIDGE     0x0604
#define BAR_IO               0x1
#define BAR_TYPE             0x6
#define BAR_TYPE_64          0x4
#define CAPABILITIES_MOST    48 /* of 4 bytes, in 192 bytes */

static struct pci_device devices[PCI_DEVICES_MAX];
static u32 device_count;

static void select_register(const struct pci_device *d, u32 offset)
{
	outl(CONFIG_ADDRESS, CONFIG_ENABLE | (u32)d->bus << 16 |
				     (u32)d->slot << 11 | (u32)d->function << 8 | (offset & 0xfc));
}

u8 pci_read8(const struct pci_device *d, u32 offset)
{
	select_register(d, offset);
	return inb((u16)(CONFIG_DATA + (offset & 3)));
}

u16 pci_read16(const struct pci_device *d, u32 offset)
{
	select_register(d, offset);
	return inw((u16)(CONFIG_DATA + (offset & 2)));
}

u32 pci_read32(const struct pci_device *d, u32 offset)
{
	select_register(d, offset);
	return inl(CONFIG_DATA);
}

static void write16(const struct pci_device *d, u32 offset, u16 value)
{
	select_register(d, offset);
	outw((u16)(CONFIG_DATA + (offset & 2)), value);
}

/* Fill `d` from the hardware; false if there is no such function. */
static bool probe(struct pci_device *d, u32 bus, u32 slot, u32 function)
{
	d->bus = (u8)bus;
	d->slot = (u8)slot;
	d->function = (u8)function;
	d->vendor = pci_read16(d, 0);
	if (d->vendor == 0xffff || d->vendor == 0)
		return false;
	d->device = pci_read16(d, 2);
	d->irq = pci_read8(d, PCI_INTERRUPT_PIN) ? pci_read8(d, PCI_INTERRUPT_LINE) : 0xff;
	return true;
}

/*
 * No device interrupts us or touches memory until a driver here enables it: what
 * the firmware left running stops.
 */
void pci_disable(const struct pci_device *d)
{
	u16 command = pci_read16(d, PCI_COMMAND);

	command &= (u16)~COMMAND_MASTER;
	write16(d, PCI_COMMAND, command | COMMAND_INTX_OFF);
}

/* The functions of one slot; buses behind bridges are added to `buses`. */
static void scan_slot(u32 bus, u32 slot, u8 *buses)
{
	struct pci_device d;
	u32 function, functions = 1;
	u8 header;

	for (function = 0; function < functions; function++) {
		if (!probe(&d, bus, slot, function))
			continue;
		header = pci_read8(&d, PCI_HEADER_TYPE);
		if (function == 0 && header & HEADER_MULTIFUNCTION)
			functions = 8;
		if ((header & 0x7f) == HEADER_BRIDGE &&
		    pci_read16(&d, PCI_CLASS) == CLASS_PCI_BRIDGE)
			buses[pci_read8(&d, PCI_SECONDARY_BUS)] = 1;
		if (pci_read16(&d, PCI_CLASS) >> 8 != CLASS_BRIDGES)
			pci_disable(&d);
		if (device_count < PCI_DEVICES_MAX)
			devices[device_count++] = d;
		else
			log_printf("pci: more than %u devices: %02x:%02x.%u is not used\n",
				   PCI_DEVICES_MAX, bus, slot, function);
	}
}

/* A secondary bus always has a higher number than the bus of its bridge
 * (PCI-to-PCI bridge 1.2, 3.2.5.4), so that one pass upwards finds all. */
void pci_init(void)
{
	static u8 buses[256];
	u32 bus, slot;

	device_count = 0;
	buses[0] = 1;
	for (bus = 0; bus < 256; bus++)
		for (slot = 0; buses[bus] && slot < 32; slot++)
			scan_slot(bus, slot, buses);
}

struct pci_device *pci_get(u32 n)
{
	return n < device_count ? &devices[n] : NULL;
}

u32 pci_capability(const struct pci_device *d, u8 id, u32 after)
{
	u32 offset, i;

	if (!(pci_read16(d, PCI_STATUS) & STATUS_CAPABILITIES))
		return 0;
	offset = pci_read8(d, after ? after + 1 : PCI_CAPABILITIES) & 0xfc;
	for (i = 0; offset >= 0x40 && i < CAPABILITIES_MOST; i++) {
		if (pci_read8(d, offset) == id)
			return offset;
		offset = pci_read8(d, offset + 1) & 0xfc;
	}
	return 0;
}

const char *pci_bar(const struct pci_device *d, u32 n, u32 *machine)
{
	u32 low;

	if (n > 5)
		return "no such BAR";
	low = pci_read32(d, PCI_BAR0 + 4 * n);
	if (low & BAR_IO)
		return "the BAR is in I/O space";
	if ((low & BAR_TYPE) == BAR_TYPE_64) {
		if (n == 5)
			return "half a 64-bit BAR";
		if (pci_read32(d, PCI_BAR0 + 4 * n + 4))
			return "the firmware placed the BAR above 4 GB";
	}
	*machine = low & ~0xfu;
	return *machine ? NULL : "the firmware did not place the BAR";
}

void pci_enable(const struct pci_device *d)
{
	u16 command = pci_read16(d, PCI_COMMAND);

	command |= COMMAND_MEMORY | COMMAND_MASTER;
	command &= (u16)~COMMAND_INTX_OFF;
	write16(d, PCI_COMMAND, command);
}
