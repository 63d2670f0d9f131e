/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - what the parts of the fuzzing guest say to each other.
 *
 * A run is a sequence of steps, each a hypercall or another act of a guest that
 * the hypervisor must bear. What a step does depends on the seed and the step's
 * number, and on what earlier steps left in this guest; never on the time.
 * Invariants: an act may trap anywhere, which ends it; what a step decides is in
 * the ring of last steps before it is done; nothing but the acts of life.c ends
 * the guest on purpose.
 */
#ifndef FUZZ_QEMU_H
#define FUZZ_QEMU_H

#include "call.h"
#include "hostile.h"

#define BOOT         SILK_I386_BOOT_DIRECTORY
#define USER_TABLE   0x40000u /* gpa: the page table of the user pages */

/* Guest chunks: 0 has the tables, 1 this program, 2 what calls point to; those
 * behind come and go. */
#define KERNEL_CHUNK 1u
#define BUFFER_CHUNK 2u
#define FIRST_LOOSE  3u
#define LAST_LOOSE   8u
#define CHUNK_VA(c)  (SILK_I386_KERNEL_BASE + ((c) << SILK_I386_CHUNK_SHIFT))
#define BUFFER       CHUNK_VA(BUFFER_CHUNK)
#define BUFFER_END   (BUFFER + CHUNK_SIZE)

/* Pages of the buffer chunk, as gpa. */
#define PAGE_TEXT    (BUFFER_CHUNK << 22 | 0x100000u)
#define PAGE_DATA    (BUFFER_CHUNK << 22 | 0x101000u)
#define PAGE_STACK   (BUFFER_CHUNK << 22 | 0x102000u) /* user stack */
#define PAGE_CODE    (BUFFER_CHUNK << 22 | 0x103000u) /* of the kernel's snippets */

/*
 * Acts besides the hypercalls, which are numbers 0 to SILK_NR_CALLS - 1.
 *   X(name, weight)
 */
#define FUZZ_ACTS(X) \
	X(unknown, 2)   /* a call that there is not */ \
	X(queue, 12)    /* operations in the deferred queue */ \
	X(kernel, 8)    /* an instruction in guest-kernel mode */ \
	X(user, 10)     /* the same in guest-user mode */ \
	X(bytes, 6)     /* random code in guest-user mode */ \
	X(frame, 6)     /* a return with a random frame */ \
	X(stack, 3)     /* traps onto odd stacks */ \
	X(selectors, 4) /* segment registers, descriptors that go */ \
	X(shared, 4)    /* words of the shared pages */ \
	X(touch, 6)     /* memory that is ours, or not */ \
	X(step, 3)      /* single steps, breakpoints */ \
	X(event, 5)     /* timers, upcalls, sleep */ \
	X(disk, 0)      /* I/O into what calls point to; weight 12 in runs with disks */ \
	X(life, 1)      /* kernels of our own; seldom, ends */

enum fuzz_act {
	ACT_FIRST = SILK_NR_CALLS - 1,
#define X(name, weight) ACT_##name,
	FUZZ_ACTS(X)
#undef X
		ACT_END
};

/* ---- main.c ---- */

/* The step under way, for whoever looks into our memory afterwards. */
struct step {
	uint32_t number, act, a, b, c;
	uint32_t result;      /* of a call */
	uint32_t vector, eip; /* of the trap that ended it, or NO_TRAP */
};

extern struct step *now;
extern uint32_t step_seed;
extern bool disks; /* this run does I/O */

/* The hypervisor broke a promise: say so, and end. */
void finding(const char *fmt, ...) PRINTF(1, 2) NORETURN;
/* Trap table, stacks, mappings as they should be, as far as they can be. */
void heal(void);
void heal_traps(void);
void count_call(uint32_t nr, bool refused);

/* ---- values.c ---- */

uint32_t mix(uint32_t n);
void random_step(uint32_t seed, uint32_t step);
uint32_t below(uint32_t n);
bool one_in(uint32_t n);
uint32_t any(const uint32_t *from, uint32_t n);
#define ANY(array) any(array, ARRAY_SIZE(array))

uint32_t a_word(void);
enum wanted { WHATEVER,
	      PRESENT,
	      ABSENT };
uint32_t a_chunk(enum wanted wanted);
uint32_t a_frame(uint32_t level); /* gpa of a table frame, mostly of that level (0: FREE) */
#define ANY_LEVEL 3u
/* The levels of chunk 0's first frames, as far as calls said so. */
#define FRAMES    64u
extern uint8_t level_of[FRAMES];
uint32_t an_entry(uint32_t *level); /* gpa of an entry; of what */
uint32_t a_value(uint32_t level);   /* of an entry of such a table */
uint32_t an_address(void);          /* virtual */
uint32_t a_descriptor(void);
/* Operations; how many. */
uint32_t some_ops(struct silk_mmu_op *ops, uint32_t most);
/* Put bytes where a call can be pointed to: mostly whole, sometimes across the
 * end of what is mapped, sometimes nowhere. */
uint32_t place(const void *from, uint32_t bytes);
extern uint32_t placed_at; /* where the last was put, whole; else 0 */

/* ---- calls.c ---- */

void act_call(uint32_t nr);
void act_unknown(void);
/* The call with these arguments, and what must hold after it. */
uint32_t checked_call(uint32_t nr, uint32_t a, uint32_t b, uint32_t c);

/* ---- code.c ---- */

/* What the trap that ends this step must look like. */
struct expectation {
	bool on;
	struct entry entry; /* general registers and flags of guest-user */
	uint32_t eip;
};

extern struct expectation expected_trap;
void judge_trap(void);

/* ---- requests.c ---- */

uint32_t some_requests(struct silk_blk_request *r, uint32_t most, bool real);
/* How often this guest has booted, kept on its last disk. */
uint32_t journal(void);
void take_completions(void);

#define X(name, weight) void act_##name(void);
FUZZ_ACTS(X)
#undef X

/* ---- run.S ---- */

/* Jump to code with these registers and this stack; it ends in a trap or at
 * attempt_escape. */
void run_code(const struct call *r, uint32_t code, uint32_t sp) NORETURN;

extern bool try_act(void (*f)(uint32_t), uint32_t arg);
extern void attempt_escape(void) NORETURN;
extern void enter_frame(uint32_t entry);
extern uint32_t attempt_sp;

#endif
