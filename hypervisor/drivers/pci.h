/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pci.h - the PCI bus: which devices there are, and their configuration.
 */
#ifndef SILK_DRIVERS_PCI_H
#define SILK_DRIVERS_PCI_H

#include "../core/types.h"

#define PCI_DEVICES_MAX 64

struct pci_device {
	u8 bus, slot, function;
	u8 irq; /* PIC line that the firmware chose, 0xff: none */
	u16 vendor, device;
};

/* Offsets in configuration space (PCI 3.0, 6.1). */
#define PCI_COMMAND        0x04
#define PCI_STATUS         0x06
#define PCI_CLASS          0x0a /* 16 bits: class and subclass */
#define PCI_HEADER_TYPE    0x0e
#define PCI_BAR0           0x10
#define PCI_SECONDARY_BUS  0x19
#define PCI_CAPABILITIES   0x34
#define PCI_INTERRUPT_LINE 0x3c
#define PCI_INTERRUPT_PIN  0x3d

#define PCI_CAP_VENDOR     0x09

u8 pci_read8(const struct pci_device *d, u32 offset);
u16 pci_read16(const struct pci_device *d, u32 offset);
u32 pci_read32(const struct pci_device *d, u32 offset);

/* Find all devices, in the order of bus, slot, function. */
void pci_init(void);
/* The n-th device found, NULL beyond the last. */
struct pci_device *pci_get(u32 n);

/*
 * The next capability with number `id` after the one at `after` (0: the first);
 * its offset, or 0 if there is none.
 */
u32 pci_capability(const struct pci_device *d, u8 id, u32 after);

/* Machine address of memory BAR n; NULL or why the BAR can't be used. */
const char *pci_bar(const struct pci_device *d, u32 n, u32 *machine);

/* Let the device answer in memory space and read and write memory itself. */
void pci_enable(const struct pci_device *d);
/* Neither interrupts nor reads or writes of memory by the device any more. */
void pci_disable(const struct pci_device *d);

#endif
