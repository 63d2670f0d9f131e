/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stub.h - what the parts of the stub hypervisor share.
 *
 * The stub runs one guest on one vCPU, and looks at every act of it. It knows
 * of SILK only abi/silk.h and the text of spec/: it is a second reading of
 * them, written to be plain, not fast. Invariant: what it does is legal in each
 * mood; what it reports cites the clause that the guest broke.
 */
#ifndef STUB_H
#define STUB_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "silk.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#define BASE      0xf0000000u /* physical 0 is seen here */
#define PAGE      4096u
#define CHUNK     SILK_I386_CHUNK_SIZE
#define USER_END  SILK_I386_KERNEL_BASE
#define CR2_NONE  0xffffffffu
#define TF        0x100u
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define LATEST(x) (*(volatile __typeof__(x) *)&(x))

static inline void *seen_at(u32 physical)
{
	return (void *)(physical + BASE);
}

static inline u32 physical_of(const void *p)
{
	return (u32)p - BASE;
}

/* ---- the guest's registers ---------------------------------------- */

struct regs {
	u32 gs, fs, es, ds;
	u32 edi, esi, ebp, unused, ebx, edx, ecx, eax;
	u32 vector, error;
	u32 eip, cs, eflags, esp, ss;
};
extern struct regs *cpu;
extern bool user_mode; /* the vCPU's virtual mode */

/* ---- moods ---------------------------------------- */

enum mood { PLAIN,
	    MINIMAL,
	    NERVOUS,
	    SLOW,
	    POISONED,
	    SCARCE,
	    NEWER,
	    MAJOR };
extern enum mood mood;
extern struct options {
	u32 mem;  /* chunks */
	u32 most; /* chunks that it may own, 0: 4 more */
	u32 weight;
	u32 limit; /* seconds */
	u32 seed;
	u32 cards;   /* network cards on one switch */
	u32 earlier; /* requests that a run before the first left in flight */
	const char *name;
	u32 shutdown;      /* ms until event SHUTDOWN, 0: never */
	const char *input; /* of the console */
	const char *cmdline;
} options;
u32 random(void);
bool chance(u32 one_in);         /* of the mood's randomness */
#define TAG_REGISTER 0xfd000000u /* rubbish that argument registers get */
#define TAG_MEMORY   0xfb000000u /* rubbish that memory gets */
u32 tag(u32 kind);
void look_for_tags(u32 value, const char *what);
void look_for_tagged_page(u32 va, const char *what);
void fill_rubbish(void *p, u32 bytes);

/* Each kind of nastiness, counted: a mood that does none of its own is no mood. */
#define NASTY(X) \
	X(UPCALL_NOTHING, "upcalls with nothing pending") \
	X(UPCALL_KNOWN, "events that say what is known already") \
	X(UPCALL_ANYWHERE, "upcalls without cause between any two instructions") \
	X(UPCALL_STORE, "events in the instant before vif is set") \
	X(BLOCK_EARLY, "blocks that ended early") \
	X(OLD_RIGHTS, "faults by rights that the guest had widened and not flushed") \
	X(CLOCK_CHANGED, "changes of the clock's values while they were read") \
	X(CLOCK_ODD, "versions of the clock that were odd for a while") \
	X(BATCH_PART, "batches and runs done in part") \
	X(CONSOLE_PART, "console calls that did less than asked for") \
	X(CONSOLE_FULL, "console writes refused for want of room") \
	X(TIMER_LATE, "timer events that came late") \
	X(IO_LATE, "completions that took long") \
	X(IO_ORDER, "completions out of order") \
	X(IO_FULL, "requests refused for want of room") \
	X(FRAMES, "network frames lost") \
	X(AGAIN, "changes of chunks that wanted another call") \
	X(NO_MEMORY, "calls refused for want of memory") \
	X(REGISTERS, "argument registers and flags filled with rubbish") \
	X(MEMORY, "words of memory filled with rubbish") \
	X(TABLES, "directory entries whose undefined bits changed") \
	X(DIAGNOSTICS, "words of the diagnostics slot changed after success") \
	X(HIGH, "chunks that the direct map does not hold") \
	X(FEATURES, "features and groups that are not offered") \
	X(UNKNOWN, "features and groups that nobody knows")
enum nasty {
#define X(id, text) NASTY_##id,
	NASTY(X)
#undef X
		NASTY_COUNT
};
void nasty(enum nasty what);
void nasty_report(void);

/* ---- the report ---------------------------------------- */

/* What the guest does, and where. */
extern struct act {
	u32 eip; /* 0: it has not run yet */
	bool user;
	enum { BOOTED,
	       IN_CALL,
	       BEHIND_CALL } at;
	u32 number, values[3]; /* the call */
	u32 callers, caller[4];
} act;
void act_new_run(void);
void act_trap(void); /* cpu is at the instruction, or behind an int */
void act_call(void);
void act_find_callers(struct act *a); /* as long as it is the guest's last act */
void act_words(const struct act *a, char *to, u32 size);
const char *call_name(u32 number);

#define CL(area, n) SILK_CLAUSE(SILK_AREA_##area, n)
void broke(u32 clause, const char *expected, const char *seen, ...)
	__attribute__((format(printf, 3, 4)));
void broke_then(const struct act *then, u32 clause, const char *expected, const char *seen, ...)
	__attribute__((format(printf, 4, 5))); /* by an act that was kept */
void judged(u32 clause);                       /* an act that the clause is about was seen */
enum ending { ENDED,
	      CRASHED,
	      STUCK,
	      BROKEN };
void finish(enum ending how, const char *text, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
void note(const char *text, ...) __attribute__((format(printf, 1, 2)));
void format(char *to, u32 size, const char *text, va_list args);
void crash(u32 cause); /* SILK_CRASH_*: the guest's end */

/* ---- the machine ---------------------------------------- */

void machine_init(void);
void put_report(char c);
void put_console(char c);
void leave_machine(u32 status) __attribute__((noreturn));
void set_gate_ring(u32 vector, u32 ring);
void set_cr3(const void *directory);
void set_gdt(u32 index, u32 low, u32 high);
bool loadable(u32 selector);
bool stackable(u32 selector);
void sleep_for_interrupt(void);
void clear_fpu(void);
void device_acknowledge(void);
u64 tsc(void);
u32 tsc_khz(void);
u32 wall_seconds(void);
#define TIMER_VECTOR 0x20
void *memset(void *to, int byte, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);

/* ---- the guest's memory ---------------------------------------- */

extern u32 chunk_machine[SILK_CHUNKS]; /* the window's pages */
extern u32 machine_chunk[SILK_CHUNKS];
extern u8 chunk_kind[PAGE];
extern struct silk_info info_page;
extern struct silk_vcpu vcpu_page;
extern struct silk_mmu_op queue_page[SILK_QUEUE_MAX];
extern struct silk_ring ring_page, net_ring_page;
#define NO_GPA 0xffffffffu
u32 to_machine(u32 gpa); /* of a chunk that is the guest's */
u32 to_gpa(u32 machine); /* NO_GPA: not the guest's */
bool owned(u32 gpa);     /* not ABSENT */
void memory_init(u32 first_free);
bool memory_deal(u32 chunk, u32 kind);
void memory_drop(u32 chunk);
void memory_new_run(void);
void *at_gpa(u32 gpa);

/* What the guest kernel itself could do [GEN-9]. False: it couldn't. */
bool copy_in(void *to, u32 va, u32 n);
bool copy_out(u32 va, const void *from, u32 n);
bool reachable(u32 va, u32 n, bool write);

/* Why a chunk can't be changed now. */
extern u32 changing, changing_to, changing_rounds; /* NO_GPA: none */
void change_given_up(void);

/* ---- views: the stub's own tables, a translation cache in software ------------ */

enum walk { ABSENT,
	    READABLE,
	    WRITABLE };
struct place {
	enum walk rights;
	u32 machine; /* of the byte */
	u32 *entry;  /* in a page table; NULL: large, or the window */
};
struct place walk(u32 va, bool in_user_mode);
bool view_fault(u32 va, bool write); /* true: go on */
void view_show(u32 va, u32 machine, bool writable, bool in_user_mode);
void view_hide(u32 va);
void view_load(void); /* the mode's, into the processor */
void flush_all(void);
void flush_page(u32 va);
void drop_all(void); /* not the guest's flush: all is filled anew */
void went_stale(u32 va, u32 pages, u32 old, u32 new);

/* ---- tables ---------------------------------------- */

enum state { FREE,
	     UNLINKED,
	     LINKED,
	     DIRECTORY,
	     TWIN };
struct frame {
	u8 state;
	bool unflushed; /* was unlinked, and may be cached */
	u8 levels;      /* 1 << level: what it has been since it became FREE [PT-9] */
	u32 link;       /* gpa of the entry, if LINKED */
	u32 va;         /* that it mapped when it was unlinked */
};
struct frame *frame_of(u32 gpa);
u32 va_of_entry(u32 gpa); /* first address that it maps; NO_GPA: not loaded */
extern u32 loaded;        /* gpa of the directory */
extern u32 kernel_range[192];
struct refusal {
	u32 id, value;
};
struct refusal operation(u32 target, u32 *value); /* AND: the old entry */
void guest_flushes(u32 va, u32 pages);
void chunk_frames_free(u32 chunk);
void queue_drain(void);
void tables_new_run(void);
u32 frames_in_use(u32 chunk);
bool mapped(u32 chunk, bool writable);
u32 queued_for(u32 va);         /* an operation in the queue that would map it */
bool refused_in_change(u32 va); /* an entry for it, of a chunk that changes */

/* ---- calls ---------------------------------------- */

/* A call's function gets its arguments, and returns the result, or refuses. */
typedef u32 (*call_fn)(u32 a, u32 b, u32 c);
u32 refuse(u32 id, u32 value); /* fills the slot; returns the error */
u32 refuse_after(u32 id, u32 value, u32 done);
void fill_diag(u32 call, u32 id, u32 value, u32 done);
u32 error_of(u32 id);
u32 clause_of(u32 id);
const char *text_of(u32 id);
void hypercall(void);
void count_refusal(u32 id);
void spoil_diag(void);
u32 call_query(u32, u32, u32), call_yield(u32, u32, u32), call_block(u32, u32, u32);
u32 call_shutdown(u32, u32, u32), call_set_kernel(u32, u32, u32);
u32 call_set_traps(u32, u32, u32), call_deliver_events(u32, u32, u32);
u32 call_pt_alloc(u32, u32, u32), call_pt_free(u32, u32, u32);
u32 call_pt_batch(u32, u32, u32), call_pt_run(u32, u32, u32);
u32 call_pt_switch(u32, u32, u32), call_pt_flush(u32, u32, u32);
u32 call_chunk_convert(u32, u32, u32), call_chunk_give(u32, u32, u32);
u32 call_chunk_take(u32, u32, u32), call_set_descriptor(u32, u32, u32);
u32 call_set_debugreg(u32, u32, u32), call_set_timer(u32, u32, u32);
u32 call_console_write(u32, u32, u32), call_console_read(u32, u32, u32);
u32 call_blk_submit(u32, u32, u32), call_net_send(u32, u32, u32);
u32 call_net_post(u32, u32, u32);
bool descriptor_allowed(u32 low, u32 high);
void cpu_new_run(void);
void descriptor_write(u32 index, u32 low, u32 high);
bool descriptor_index(u32 index);

/* ---- traps and events ---------------------------------------- */

extern struct silk_trap handlers[SILK_TRAPS_MAX * 4]; /* by vector */
/* In the handler of an upcall without cause; behind a block that ended early. */
extern bool spurious, woken_early;
void bounce(u32 vector, u32 error);
void bounce_fault(u32 va, u32 error);
void event(u32 bit);
bool due(void);
void traps_new_run(void);
void trap(struct regs *r);

/* ---- time, devices ---------------------------------------- */

u64 now(void); /* guest time */
void time_new_run(void);
void time_rebase(void);
void time_poll(void);
void tick(void);
void asked_to_shut_down(void);
extern bool said_something; /* on the console, or by a message */
void console_new_run(void);
void console_poll(bool asleep);
void block_init(u32 module, u32 length);
void block_new_run(void);
void block_poll(void);
void net_new_run(void);
void net_poll(void);
bool net_pinned(u32 chunk);
bool net_posted(u32 machine, u32 bytes);
void rings_new_run(void);
bool block_pinned(u32 chunk);
bool block_reading(u32 machine, u32 bytes); /* in flight to that memory */

/* ---- watching ---------------------------------------- */

/* The pages that the guest shares with the hypervisor are mapped for one
 * instruction at a time, so that each access is seen. */
bool watched(u32 va);
void watch_access(u32 va, u32 machine, bool write);
bool watch_stepping(void);
bool watch_step(void);       /* a debug trap: true if it was all ours */
void watch_stop(void);       /* another trap came instead */
void watch_call(u32 number); /* a hypercall, or a return: ~0 */
void watch_upcall(void);
void watch_interrupted(void);
void watch_storm(void);
bool watch_storming(void);
void watch_new_run(void);

/* Memory that a device is to fill: a look, another one, and what becomes of it. */
void early_look(u32 clause, u32 machine, u32 va);
void early_again(u32 machine);
bool early_kept(u32 machine, u32 bytes);
void early_filled(u32 machine, u32 bytes);
void early_reused(u32 machine, u32 bytes);
void early_end_of_run(void);

/* ---- loading ---------------------------------------- */

bool kernel_fits(const u8 *image, u32 length, u32 *entry, const char **why);
void kernel_load(const u8 *image);
u32 kernel_end(void);
void ramdisk_init(const u8 *from, u32 length);
void life_init(const u8 *kernel, u32 length, u8 *room);
void life_poll(void);
void enter_guest(struct regs *r) __attribute__((noreturn));
void stub_main(const u32 *multiboot);
void boot_again(void) __attribute__((noreturn));

#endif /* STUB_H */
