/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.h - what the parts of the benchmark kernel share.
 *
 * One kernel is built twice: as a guest of the hypervisor (bench/guest) and as
 * a ring-0 kernel on the bare machine (bench/native). rows.c, entry.S, user.S
 * and vblk.h's callers are the same in both; what differs is plat.h, of which
 * each build has its own. So a row's two figures are of the same work.
 *
 * Invariant: code between the two clock readings of a row is shared, or one of
 * the plat_* functions that the row is about.
 */
#ifndef BENCH_H
#define BENCH_H

/* Addresses, the same in both kernels. The direct map is at KERNEL_BASE. */
#define KERNEL_BASE   0xc0000000
#define USER_TEXT     0x00400000 /* one page: a copy of user.S */
#define USER_DATA     0x00401000 /* one page: results, and the stack */
#define USER_STACK    0x00402000
#define FAULT_BASE    0x00800000 /* 4 MB that the fault row fills */
#define BATCH_BASE    0x00c00000 /* 4 MB that the entry rows fill */

/* Words of the user data page. */
#define USER_CYCLES   (USER_DATA + 0) /* of the timed loop */
#define USER_STOP     (USER_DATA + 4) /* the kernel's: leave the spin */

/* Selectors, the same in both kernels. */
#define SEL_KERNEL_CS 0x60
#define SEL_KERNEL_DS 0x68
#define SEL_USER_CS   0x73
#define SEL_USER_DS   0x7b

/* System calls of the benchmark's user code. */
#define SYS_NULL      0
#define SYS_EXIT      1
#define SYS_COUNT     2

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What entry.S saves. */
struct regs {
	u32 edi, esi, ebp, unused, ebx, edx, ecx, eax;
	u32 ds, es;
	u32 error;
	u32 eip, cs, eflags;
	u32 esp, ss; /* from user mode only */
};

/* entry.S */
void run_user(u32 eip, u32 count, u32 address);
extern char entry_int3[], entry_fault[], entry_syscall[], entry_event[];
extern u32 exit_sp;
extern char trap_stack_top[];
/* user.S */
extern char user_start[], user_end[];
extern char user_empty[], user_syscall[], user_int3[], user_fault[];
extern char user_touch[], user_spin[];
/* rows.c */
void bench(void);
void event_timer(void);
void event_block(void);
/* print.c */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline void barrier(void)
{
	__asm__ volatile(""
			 :
			 :
			 : "memory");
}

/* With -icount shift=0 the time-stamp counter counts instructions. */
static inline u32 tsc(void)
{
	u32 low;

	__asm__ volatile("rdtsc"
			 : "=a"(low)
			 :
			 : "edx", "memory");
	return low;
}

static inline void *direct(u32 gpa)
{
	return (void *)(KERNEL_BASE + gpa);
}

#endif
#endif
