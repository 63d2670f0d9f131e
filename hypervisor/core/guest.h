/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - what the hypervisor knows of a guest and of its vCPUs.
 *
 * Locking: all of a guest's state is guarded by guest->lock, the list of guests
 * and the free chunks by the locks named in guest.c and chunk.c. In this
 * version one CPU runs the hypervisor, with interrupts off: lock_*() check the
 * order in debug builds and cost nothing otherwise.
 */
#ifndef SILK_CORE_GUEST_H
#define SILK_CORE_GUEST_H

#include "../../abi/silk.h"
#include "types.h"

#define GUESTS_MAX   16
#define TRAP_VECTORS 0x83 /* 0 to VECTOR_RETURN */
#define NO_FRAME     (~0u)

enum guest_state {
	GUEST_NONE,    /* the slot is free */
	GUEST_OFF,     /* known, owns no chunk */
	GUEST_BOOTING, /* owns its chunks; they are being filled */
	GUEST_RUNNING,
	GUEST_PAUSED,
	GUEST_CRASHED, /* owns its memory still, for inspection */
};

/* What is to become of a guest, once no code is under way on its behalf. */
enum guest_wish {
	WISH_NONE,
	WISH_BOOT, /* release its memory, boot it (again) */
	WISH_OFF,  /* release its memory */
	WISH_GONE, /* release all of it */
};

/* ---- page tables (core/table.c) ---- */

/* [PT-2] A frame of a TABLE chunk is in one of these states. */
enum table_state {
	TABLE_FREE,
	TABLE_TWIN, /* a directory's second frame: its user view */
	TABLE_DIRECTORY,
	TABLE_UNLINKED, /* a page table that no directory points to */
	TABLE_LINKED,   /* a page table that exactly one entry points to */
};

/* What the hypervisor notes of a TABLE chunk's frames, by frame in the chunk. */
struct table_chunk {
	u8 state[CHUNK_FRAMES];      /* enum table_state */
	u8 last_level[CHUNK_FRAMES]; /* SILK_PT_*, since the chunk became TABLE; 0: none */
	u32 link[CHUNK_FRAMES];      /* LINKED: the entry that points here (table.h);
					 * DIRECTORY: kernel generation that it holds */
	u32 *entries;                /* machine_table() of its slot */
	u32 slot;                    /* window slot */
	u32 chunk;                   /* guest chunk */
};

/* ---- chunks (core/chunk.c) ---- */

struct chunks {
	/* The three read-only pages that the guest sees [MEM-6]. */
	u32 *machine; /* by guest chunk: machine base, or NO_CHUNK */
	u32 *reverse; /* by machine chunk: guest base, or NO_CHUNK */
	u8 *kind;     /* by guest chunk: SILK_CHUNK_* */
	/* Private. */
	u8 machine_kind[CHUNKS];                         /* by machine chunk: what entries may do */
	struct table_chunk *table[CHUNKS];               /* by guest chunk, NULL: not TABLE */
	struct table_chunk *slot[SILK_TABLE_CHUNKS_MAX]; /* by window slot, NULL: free */
	u32 owned;                                       /* chunks that the guest owns */
	u32 limit;                                       /* and may own at most */
	/* A conversion or giving-back under way [MEM-57, MEM-62]. */
	struct {
		u32 chunk; /* guest chunk, NO_FRAME: none */
		bool giving;
		u32 slot, frame; /* where the search goes on */
	} change;
};

/* The guest-wide kernel range of directory entries: 768 to 958. */
struct kernel_range {
	u32 entry[CHUNKS]; /* indexed as in a directory */
	u32 generation;    /* of the last change */
};

/* ---- traps (core/traps.c) ---- */

struct trap_entry {
	u32 entry; /* 0: no handler */
	u32 flags; /* SILK_TRAP_* */
};

/* ---- scheduling (core/sched.c) ---- */

struct sched_entity {
	u64 vruntime;    /* ns, weighted */
	u64 ready_since; /* ns, for stolen time */
	u64 run_since;
	u64 ran_ns;    /* in all */
	u32 vrest;     /* remainder of the last division by the weight */
	bool runnable; /* wants to run: not blocked */
	bool frozen;   /* its guest may not run */
	bool queued;   /* in the queue: runnable and not frozen */
};

/* ---- console (core/console.c) ---- */

#define CONSOLE_RING 4096u /* bytes, a power of two */

struct console_ring {
	char data[CONSOLE_RING];
	u32 head, tail; /* free-running; head: next to write */
};

struct console {
	struct console_ring *in, *out;
	u32 port;     /* of the machine's consoles */
	bool starved; /* the guest was told EAGAIN: prod it on room */
};

/* ---- block (core/blk.c) ---- */

struct blk_device {
	u32 backend;        /* number of the real disk */
	u32 partition;      /* of it, from 1; 0: all of it */
	u64 first, sectors; /* the part of it that is the guest's */
	u32 flags;          /* SILK_BLK_F_* */
};

struct blk_segment {
	u32 machine;
	u32 bytes;
};

/* A request, or one part of one: a list takes one for each SILK_BLK_SEGMENTS of
 * its segments [BLK-14]. The first part tells of all, `more` is the next. */
struct blk_io {
	struct blk_io *next; /* free, or waiting for the backend */
	struct blk_io *more;
	struct guest *guest; /* NULL: not of a guest */
	u32 run;             /* of the guest's at submission: a reboot orphans it */
	u32 cookie;
	u32 backend;
	u8 op;        /* without SILK_BLK_LIST */
	u8 parts;     /* this one and those behind `more` */
	u16 segments; /* of all parts; their machine chunks are pinned */
	u64 sector;   /* of the real disk */
	struct blk_segment segment[SILK_BLK_SEGMENTS];
};

/* ---- one of each ---- */

struct guest_stats {
	u64 calls[SILK_NR_CALLS];
	u64 refusals;
	u64 bounces; /* traps handed to the guest kernel, slow path */
	u64 upcalls;
	u64 crashes, boots;
};

struct guest_config {
	char name[SILK_NAME_MAX];
	char cmdline[SILK_CMDLINE_MAX];
	u32 kernel_module; /* number of its Multiboot module */
	u32 initrd_module; /* ~0: none */
	u32 chunks;        /* memory at boot */
	u32 table_chunks;  /* of which TABLE, at boot */
	u32 low_chunks;    /* and in the direct map */
	u32 chunk_limit;
	u32 weight;       /* 1 to 1000, 100 is usual */
	u32 console_port; /* ~0: the first that is free */
	bool restart;     /* after a crash */
	bool paused;      /* created, not started */
	struct blk_device blk[SILK_BLK_DEVICES];
};

/* A kernel of the guest's own, in chunks that nobody else has. */
struct kernel_image {
	u32 bytes; /* 0: none */
	u32 machine[SILK_KERNEL_MAX / CHUNK_SIZE];
};

struct vcpu {
	struct guest *guest;
	u32 number;
	struct silk_vcpu *page;    /* the shared page, in hypervisor memory */
	struct silk_mmu_op *queue; /* the deferred queue's page, likewise */
	u32 directory;             /* guest frame number of the loaded one */
	u32 queue_desc_low;        /* SILK_CONTROL_DESC_LOW's value */
	u64 timer;                 /* absolute ns, ~0: off */
	struct sched_entity sched;
};

struct guest {
	u32 id;         /* slot number */
	u32 generation; /* counts boots */
	enum guest_state state;
	struct guest_config config;
	struct chunks chunks;
	struct kernel_range kernel;
	struct trap_entry trap[TRAP_VECTORS];
	struct vcpu *vcpu[SILK_VCPUS_MAX];
	u32 vcpus;
	struct silk_info *info; /* window pages, in hypervisor memory */
	struct silk_ring *blk_ring;
	struct silk_ring *net_ring;
	u32 blk_in_flight; /* parts of requests not yet in the ring */
	struct console console;
	u64 boot_ns;                    /* machine_now() at its boot */
	struct kernel_image image;      /* set_kernel's (core/image.c) */
	struct kernel_image coming;     /* one that is being copied */
	u32 coming_gpa, coming_chunks;  /* from there; so many are copied */
	enum guest_wish wish;           /* to be done by work_run() */
	u32 quick_ends;                 /* in a row: runs that ended soon after their boot */
	u32 crash_cause;                /* SILK_CRASH_* */
	u32 crash_clause, crash_detail; /* SILK_CLAUSE(), what it is about */
	u32 crash_vcpu;
	bool crash_untold; /* the log does not have it yet */
	char crash_message[SILK_MESSAGE_MAX + 1];
	struct guest_stats stats;
	struct trace *trace; /* NULL: not traced (core/trace.c) */
	void *arch;          /* the machine's own part (i386/) */
};

extern struct guest guests[GUESTS_MAX];

/* ---- the life of a guest (core/guest.c, core/boot.c) ---- */

/*
 * What the CPU does when it is on no vCPU: it stands on its own stack, the state
 * of the last vCPU is saved, and no guest's tables are needed. Only there are
 * guests made and unmade and the operator's commands carried out:
 *
 *	for (;;) {
 *		if (work_due())
 *			work_run();
 *		v = sched_pick(machine_now());
 *		if (!v)
 *			wait for an interrupt;
 *		else if (v->guest->state == GUEST_BOOTING)
 *			guest_boot_step(v->guest), and take interrupts;
 *		else
 *			resume v;
 *	}
 *
 * A switch straight from one vCPU to another must come here if work_due(), or if
 * the guest of the one that was picked is BOOTING. Whoever causes work calls
 * machine_reschedule().
 */
bool work_due(void);
void work_run(void);
/* One bounded step (a chunk is zeroed and filled), on the guest's CPU time. */
void guest_boot_step(struct guest *g);

/* In work_run() only: NULL and *made, or why not (one line without its end);
 * then nothing is left. */
const char *guest_create(const struct guest_config *config, struct guest **made);
void guest_destroy(struct guest *g);
const char *guest_start(struct guest *g);
const char *guest_reboot(struct guest *g);
const char *guest_pause(struct guest *g);
const char *guest_unpause(struct guest *g);
const char *guest_state_name(const struct guest *g);
struct guest *guest_find(const char *name);

/*
 * v's guest can't go on: report it, stop it, start it anew if it is to be. From
 * anywhere, also on its own vCPU's stack: v's memory and tables stay until
 * work_run(). `clause` is SILK_CLAUSE(), `detail` what the clause is about.
 */
void guest_crash(struct vcpu *v, u32 cause, u32 clause, u32 detail);

#endif
