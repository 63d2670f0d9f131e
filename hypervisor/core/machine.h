/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - what the core needs of the machine under it, and no more.
 *
 * hypervisor/i386 implements it on the real machine, tests/unit on the host.
 * All of it is called with interrupts off on the CPU that runs the hypervisor.
 */
#ifndef SILK_CORE_MACHINE_H
#define SILK_CORE_MACHINE_H

#include "types.h"

struct guest;
struct vcpu;
struct blk_device;
struct blk_io;

/* ---- the hypervisor's own memory ---- */

/* One zeroed page of the hypervisor's memory, NULL if none is left. */
void *hv_page_alloc(void);
/* `count` consecutive zeroed pages, NULL if there are none. */
void *hv_pages_alloc(u32 count);
void hv_pages_free(void *page, u32 count);
/* Machine address of a page from hv_page_alloc, for page-table entries. */
u32 hv_page_machine(const void *page);

/* ---- memory that is not mapped for good ---- */

/*
 * Make guest g's TABLE chunks reachable through machine_table(), until the next
 * attach. While a guest runs, its own are reachable. Never fails.
 */
void machine_attach(struct guest *g);
/* The 1024 * 1024 entries of the TABLE chunk in window slot `slot` (0 to 31). */
u32 *machine_table(struct guest *g, u32 slot);
/*
 * Point a window slot at a machine chunk (base address), or at none (~0). From
 * then on machine_table(g, slot) is a constant. The core brings directories up to
 * date afterwards, by machine_init_directory().
 */
void machine_set_slot(struct guest *g, u32 slot, u32 machine);
/*
 * Map any machine chunk (base address) at one of two temporary places (0, 1);
 * valid until that place is mapped anew. Only between machine_attach() and the
 * return to a guest.
 */
void *machine_chunk_map(u32 place, u32 machine);

/*
 * Fill the hypervisor's part of a fresh directory and of its user twin:
 * `kernel` and `user` are the 1024 entries of each. Entries below 960 (of the
 * twin: all) are not touched but for the window's entry (959) in `kernel`.
 */
void machine_init_directory(struct guest *g, u32 *kernel, u32 *user);

/* ---- translations ---- */

/* Forget cached translations on every CPU that may hold this guest's. */
void machine_flush_page(struct guest *g, u32 address);
void machine_flush_all(struct guest *g);
/* v->directory has changed, and v runs: load it (its kernel view). */
void machine_load_directory(struct vcpu *v);

/* ---- guest memory, through the running guest's own mappings ---- */

/* 0, or -1 if a byte is not readable (writable) by the guest. Checks that the
 * range ends below the hypervisor; copies each byte once. */
int copy_from_guest(void *to, u32 gva, u32 bytes);
int copy_to_guest(u32 gva, const void *from, u32 bytes);

/* ---- processor state of a vCPU ---- */

/* Machine state at a guest's entry [BOOT-5]. */
void machine_vcpu_reset(struct vcpu *v, u32 entry);
/* The trap table of v->guest has changed: refresh what the fast path caches. */
void machine_traps_changed(struct vcpu *v);
/* A checked descriptor for GDT index (6-8, 27) of v; loaded if v runs. */
void machine_set_descriptor(struct vcpu *v, u32 index, u32 low, u32 high);
/* A checked debug register (0-3, 7) of v; loaded if v runs. */
void machine_set_debugreg(struct vcpu *v, u32 number, u32 value);
/*
 * From the handler of call nr of v, which has done a part and is to let others run:
 * the guest makes the call again by itself, with these arguments, when its turn comes.
 * It sees one call that takes long. Returns what the handler has to return.
 */
u32 machine_call_again(struct vcpu *v, u32 nr, u32 a, u32 b, u32 c);
/* Registers of a vCPU on the log, and the return addresses of its stack. */
void machine_vcpu_dump(struct vcpu *v);

/*
 * The machine's part of a guest: its private directory and its window, made of
 * the pages that g (info, chunk tables, rings) and its vCPUs (page, queue) name.
 * 0, or -1 with nothing left behind. Exit is called on no vCPU's stack.
 */
int machine_guest_init(struct guest *g);
void machine_guest_exit(struct guest *g);
/* A vCPU, zeroed but for guest and number; NULL: no memory. */
struct vcpu *machine_vcpu_alloc(struct guest *g, u32 number);
void machine_vcpu_free(struct vcpu *v);
/* Time at a boot: fill the time fields of v->page; v->guest->boot_ns is set. */
void machine_vcpu_time(struct vcpu *v);

/* ---- time, scheduling ---- */

u64 machine_now(void);             /* ns since the machine's boot */
void machine_set_deadline(u64 ns); /* interrupt at that time, ~0: none */
/* Look at v's events before the return to it; v need not be running. */
void machine_event_pending(struct vcpu *v);
/* Before the return to a guest, choose anew who runs. */
void machine_reschedule(void);
/* True if the hypervisor should stop a long operation [MEM: CHANGING]. */
bool machine_preempt_due(void);
void machine_random(u8 *to, u32 bytes);

/* ---- what was loaded with the hypervisor ---- */

/* A Multiboot module: consecutive machine memory that is never dealt out. */
struct module {
	u32 start, bytes;
	const char *text; /* its string: file name and options */
};

u32 machine_modules(void);
const struct module *machine_module(u32 number);

/* ---- devices ---- */

/* Output of guest console `port` (or the log: CONSOLE_LOG) to the outside;
 * returns the bytes taken. Never waits. */
#define CONSOLE_LOG (~0u)
u32 machine_console_write(u32 port, const char *text, u32 bytes);
/* Is somebody there to take what port prints? Input of ports and of the log's
 * terminal comes by console_input() and control_input(). */
bool machine_console_connected(u32 port);
/* Is there such a port? */
bool machine_console_exists(u32 port);
/* Fill in d->first, sectors and flags (present, read-only, flush) of d->backend
 * and d->partition (from 1; 0: the whole disk). NULL, or why it can't be. */
const char *machine_blk_find(struct blk_device *d);
/* Hand a checked request to its backend: 0, and blk_complete() follows; else one
 * of BLK_START_* (blk.h). The backend learns of it with the next kick. */
int machine_blk_start(struct blk_io *io);
/* Tell the backends of all that was started since the last kick. */
void machine_blk_kick(void);
/* Power the machine off / restart it. Do not return. */
void machine_poweroff(void) __attribute__((noreturn));
void machine_restart(void) __attribute__((noreturn));
/* The hypervisor is broken: say so, stop. */
void panic(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

#endif
