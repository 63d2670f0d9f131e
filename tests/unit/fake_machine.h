/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_machine.h - hypervisor/core/machine.h on the host, for unit tests.
 *
 * Machine memory is a sparse file: fake.memory[machine address]. The first
 * FAKE_HV_CHUNKS chunks are the hypervisor's own (hv_page_alloc), the rest is
 * given to chunk.c. A guest's TABLE chunks are reachable in the window slots
 * only while the guest is attached or runs; copies go through the running
 * guest's page tables and set accessed and dirty bits, as hardware does.
 *
 * A test: fake_start(), fake_guest(), then FAKE_CALL(v, name, a, b, c). One
 * fake_start() a process: Check forks for each test.
 */
#ifndef TESTS_FAKE_MACHINE_H
#define TESTS_FAKE_MACHINE_H

#include "hypervisor/core/guest.h"
#include "hypervisor/core/machine.h"
#include "hypervisor/core/hypercall.h"

#define FAKE_HV_CHUNKS 8u /* 32 MB, machine addresses from 0 */
#define FAKE_DISKS     4u
#define FAKE_MODULES   8u
#define FAKE_CONSOLES  8u /* ports; the log has the last buffer */
#define FAKE_OUTPUT    65536u

struct fake {
	/* memory */
	u8 *memory;
	int memory_fd;          /* the file that it is */
	u32 chunks;             /* in all, the hypervisor's too */
	struct guest *attached; /* by machine_attach(), NULL: `current` runs */
	struct vcpu *current;   /* the vCPU that runs */
	u32 hv_pages_used;
	u32 hv_fail_after; /* so many more hv_page(s)_alloc() succeed; ~0: all */
	/* what the core asked for */
	u32 flushes, page_flushes, loads;
	u32 flushed_page;                      /* the last */
	struct vcpu *loaded;                   /* by the last machine_load_directory() */
	void (*on_flush_all)(struct guest *g); /* may be NULL */
	/* each copy_from_guest() and copy_to_guest(), when it is done; may be NULL */
	void (*on_copy)(u32 gva, const void *data, u32 bytes, bool write, bool done);
	void (*on_map)(u32 place, u32 machine); /* machine_chunk_map(); may be NULL */
	/* between two parts of a call, false: the guest does not go on; may be NULL */
	bool (*on_call_again)(struct vcpu *v);
	u32 calls_again;
	u32 reschedules, event_kicks, traps_changed;
	u64 deadline;
	u32 descriptor[3]; /* last machine_set_descriptor(): index, low, high */
	u32 debugreg[2];   /* last machine_set_debugreg(): number, value */
	u32 reset_entry;   /* last machine_vcpu_reset() */
	/* what the core is told */
	u64 now;
	u32 preempt_after; /* machine_preempt_due(): false so many times; ~0: always */
	u32 modules;
	struct module module[FAKE_MODULES];
	bool console_connected[FAKE_CONSOLES];
	u32 console_room;     /* bytes that each console_write takes at most */
	void (*on_end)(void); /* machine off or restarted: does not return; NULL: a panic */
	/* devices */
	char output[FAKE_CONSOLES + 1][FAKE_OUTPUT];
	u32 output_bytes[FAKE_CONSOLES + 1];
	u32 disks; /* backends 0.. exist */
	u64 disk_sectors[FAKE_DISKS];
	u32 disk_flags[FAKE_DISKS];
	bool disk_full; /* machine_blk_start() fails */
	bool disk_dead; /* likewise, for good */
	u32 disk_kicks;
	u32 io_count;
	struct blk_io *io[256]; /* started, oldest first; the test removes them */
};

extern struct fake fake;

/* guest->arch here. */
struct fake_arch {
	u32 slot[SILK_TABLE_CHUNKS_MAX]; /* machine base, SILK_I386_NO_CHUNK: none */
	u32 *window;                     /* page table of the ABI window */
};

/* A machine of `chunks` chunks, all free but the hypervisor's. */
void fake_start(u32 chunks);

/*
 * Guest `id`, running, with `chunks` chunks of which the first `tables` are
 * TABLE, all in the direct map (at most 157); its vCPU 0 is fake.current. It
 * doesn't go through guest.c.
 */
struct guest *fake_guest(u32 id, u32 chunks, u32 tables);
/* One more vCPU of g, with no directory loaded. */
struct vcpu *fake_vcpu(struct guest *g);
/* Map the window slots of g, which runs or is attached (NULL: none). */
void fake_map_slots(struct guest *g);
/* v runs from now on. */
void fake_run(struct vcpu *v);

/* As the entry path: v runs, the deferred queue is drained, the call made. */
#define FAKE_CALL(v, name, a, b, c) \
	fake_call(v, SILK_CALL_##name, call_##name, a, b, c)
u32 fake_call(struct vcpu *v, u32 number, call_handler_t handler, u32 a, u32 b, u32 c);

/* Guest-physical to machine address, of g; to the host's memory. */
u32 fake_machine_of(const struct guest *g, u32 gpa);
void *fake_gpa(const struct guest *g, u32 gpa);
/* Guest virtual address through v's page tables as the processor walks them:
 * machine address, or SILK_I386_NO_CHUNK for a page fault. Sets no bits. */
u32 fake_walk(const struct vcpu *v, u32 gva, bool write, bool user_view);
/* The same with accessed and dirty bits set. */
u32 fake_access(struct vcpu *v, u32 gva, bool write, bool user_view);
/* The direct map's address of a guest-physical address. */
#define FAKE_GVA(gpa) (SILK_I386_KERNEL_BASE + (gpa))

/* The clause that the last refusal on v names, as enum silk_refusal; the call
 * is the one in the diagnostics slot. */
enum silk_refusal fake_why(const struct vcpu *v);
/* The error that a call returns for a refusal. */
u32 fake_error(enum silk_refusal why);

/* Refused for exactly `why`, with the error that the table names. */
#define FAKE_REFUSED(result, v, why_id) \
	do { \
		u32 result_ = (result); \
		ck_assert_msg(fake_why(v) == SILK_R_##why_id && \
				      result_ == fake_error(SILK_R_##why_id), \
			      "wanted %s, got result %d and refusal %d", #why_id, \
			      (int)result_, (int)fake_why(v)); \
	} while (0)

/* Expected panic: FAKE_PANICS(statement). */
bool fake_panics(void (*run)(void *), void *arg);

#endif
