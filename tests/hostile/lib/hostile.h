/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hostile.h - what hostile test guests share: acts that may trap, and what is
 * reported of them.
 *
 * A test guest is a directory with one main.c that has hostile_main(). It acts
 * in guest-kernel mode by attempt() and in guest-user mode by enter(); both
 * come back when the act has ended or when a trap of whatever kind has been
 * bounced to us, and `trap` says then what was bounced. What was expected and
 * what was seen goes to the console:
 *
 *   ok NAME (PROBES probes)
 *   not ok NAME - PROBE: expected X, seen Y (and how many more failed)
 *   hostile: N passed, N failed
 *
 * Invariant: vif is 0 whenever hostile_main's own code runs, unless it says
 * otherwise; a trap that nobody expects fails the test and ends the guest.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "mmu.h"
#include "print.h"
#include "time.h"
#include "trap.h"

/* What try.S needs. */
#define NO_TRAP     0xffffffff

/* Vectors. */
#define V_DB        1
#define V_BP        3
#define V_OF        4
#define V_BR        5
#define V_UD        6
#define V_TS        10
#define V_NP        11
#define V_SS        12
#define V_GP        13
#define V_PF        14
#define V_AC        17
#define V_CALL      0x80

/* Bits of a page fault's error code. */
#define PF_PRESENT  1
#define PF_WRITE    2
#define PF_USER     4

/* EFLAGS. */
#define FL_TF       0x00000100
#define FL_IF       0x00000200
#define FL_DF       0x00000400
#define FL_IOPL     0x00003000
#define FL_NT       0x00004000
#define FL_RF       0x00010000
#define FL_VM       0x00020000
#define FL_AC       0x00040000
#define FL_VIF      0x00080000
#define FL_VIP      0x00100000
#define FL_ID       0x00200000

/* User pages that set-up maps: code that is copied there, data and stack. */
#define USER_TEXT   0x00400000u
#define USER_DATA   0x00401000u
#define USER_STACK  0x00402000u
/* Guest-physical memory that tests may use: chunk 2. */
#define SPARE_CHUNK 2u
#define SPARE_GPA   (SPARE_CHUNK << SILK_I386_CHUNK_SHIFT)

/* ---- acts (try.c, try.S) ---- */

/* The last trap; vector NO_TRAP if the last act ended without one. */
extern struct trap_frame trap;
extern uint32_t trap_address; /* vcpu.fault_address at that time */
extern uint32_t trap_sp;      /* where its frame was */

/* Run f(arg) in guest-kernel mode. True: a trap ended it. */
bool attempt(void (*f)(uint32_t arg), uint32_t arg);

/* Registers and a return frame, as enter() loads them. */
struct entry {
	uint32_t ebx, ecx, edx, esi, edi, ebp, eax;
	uint32_t ds, es, fs, gs;
	uint32_t eip, cs, eflags, esp, ss;
};

/* A frame that enters user code at USER_TEXT as it should be. */
static inline struct entry user_entry(void)
{
	return (struct entry){
		.ds = SILK_I386_USER_DS,
		.es = SILK_I386_USER_DS,
		.eip = USER_TEXT,
		.cs = SILK_I386_USER_CS,
		.eflags = 2,
		.esp = USER_STACK,
		.ss = SILK_I386_USER_DS,
	};
}
/* Load all that, `int $0x82`; back after a trap, which must come. */
void enter(const struct entry *e);
/* Copy code to USER_TEXT and enter it with user_entry(). */
void run_user(const void *code, uint32_t bytes);
/* Copy code and `ret` to a buffer of our own and attempt() to call it, with
 * eax, ebx, ecx, edx, esi, edi = value. Returns its address. */
uint32_t run_kernel(const void *code, uint32_t bytes, uint32_t value);

/* Map a page in the boot directory, flags as in an entry. */
void map_page(uint32_t va, uint32_t entry);
uint32_t spare_page(uint32_t number); /* its machine address */

/* ---- reports (report.c) ---- */

void begin(const char *name);
void expect(uint32_t expected, uint32_t seen, const char *fmt, ...) PRINTF(3, 4);
void end(void);
/* A test of one probe. */
void check(const char *name, uint32_t expected, uint32_t seen);
/* Print the sum and power off. */
void finish(void) NORETURN;

uint32_t random32(void); /* the same sequence each time */
void random_seed(uint32_t seed);

void hostile_main(void); /* the test's */

#endif
