/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel.h - what the files of the outsider share: a guest that was written from spec/
 * and abi/ alone, by somebody who had read nothing else of this project. It stays as it
 * was written, but for its layout: a second opinion on what the text says.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "silk.h"

/* The user address space, for C and for user.S. */
#define USER_TEXT        0x08048000
#define USER_DATA        0x08050000
#define USER_DATA_PAGES  8
#define USER_STACK       0xbffff000
#define USER_STACK_PAGES 4

#define SYS_EXIT         1
#define SYS_WRITE        2
#define SYS_FORK         3
#define SYS_PREEMPTED    4
#define SYS_YIELD        5

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define PAGE                    SILK_I386_PAGE_SIZE
#define INFO                    ((const volatile struct silk_info *)SILK_I386_INFO)
#define VCPU                    ((volatile struct silk_vcpu *)SILK_I386_VCPU)
#define KIND                    ((const volatile u8 *)SILK_I386_CHUNK_KIND)
#define CHUNK_MACHINE           ((const volatile u32 *)SILK_I386_CHUNK_MACHINE)
#define MACHINE_CHUNK           ((const volatile u32 *)SILK_I386_MACHINE_CHUNK)
#define MS                      1000000ull
#define ARRAY_SIZE(a)           (sizeof(a) / sizeof((a)[0]))

#define P                       SILK_I386_PRESENT
#define W                       SILK_I386_WRITABLE
#define U                       SILK_I386_USER
#define COW                     0x200 /* one of SILK_I386_AVAILABLE */

#define hypercall(name, ...)    call_(SILK_CALL_##name, ##__VA_ARGS__, 0, 0, 0)
#define call_(nr, a, b, c, ...) silk_call(nr, (u32)(a), (u32)(b), (u32)(c))
#define failed(r)               ((u32)(r) >= 0xfffff000u) /* [CALL-12] */

struct frame { /* as head.S and the hypervisor leave it */
	u32 gs, fs, es, ds, edi, esi, ebp, kesp, ebx, edx, ecx, eax;
	u32 vector, error, eip, cs, eflags;
	u32 esp, ss; /* only if cs & 3 */
};

struct task {
	bool ready, killed;
	u32 pid, dir, preempted, code, error, address;
	const char *blob;
	u32 blob_size;
	struct frame *frame;
	u8 stack[4096] __attribute__((aligned(16)));
};

static inline u32 silk_call(u32 nr, u32 a, u32 b, u32 c)
{
	__asm__ volatile("int $0x80"
			 : "+a"(nr), "+b"(a), "+c"(b), "+d"(c)
			 :
			 : "cc", "memory");
	return nr;
}

static inline void *gpa_to_va(u32 gpa)
{
	return (void *)(gpa + SILK_I386_KERNEL_BASE);
}

static inline u32 va_to_gpa(const volatile void *va)
{
	return (u32)va - SILK_I386_KERNEL_BASE;
}

static inline u32 gpa_to_machine(u32 gpa) /* [MEM-7] */
{
	return CHUNK_MACHINE[gpa >> 22] | (gpa & 0x3fffff);
}

static inline u32 machine_to_gpa(u32 machine)
{
	return MACHINE_CHUNK[machine >> 22] | (machine & 0x3ff000);
}

/* head.S, user.S */
extern const u32 trap_stubs[][2], trap_stubs_end[][2];
extern char _end[], user_worker[], user_worker_end[], user_rogue[], user_rogue_end[];
bool probe_read(u32 address);
void run_user(struct frame *f);
void leave_user(void) __attribute__((noreturn));
extern char probe_insn[], probe_fixup[];

/* main.c */
extern bool stopping, need_resched, queue_on, large_on;
extern volatile u32 ticks;
void kernel_main(void);
struct frame *trap(struct frame *f);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void write_console(const char *text, u32 length);
void check(bool good, const char *what);
u32 must(u32 result, const char *what);
void panic(const char *why) __attribute__((noreturn));
u64 now(void);
void set_timer(u64 at);
void sleep_once(void);
void do_events(void);

/* mm.c */
extern u32 kernel_dir;
void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
void mm_init(void);
void mmu_op(u32 target, u32 value);
void mmu_commit(void);
u32 mm_new(void);
void mm_free(u32 dir);
void mm_fork(u32 to, u32 from);
bool mm_fault(struct task *t, u32 address, bool write);
bool mm_user_range(u32 address, u32 length);
u32 pages_free(void);
u32 tables_free(void);
void test_chunks(void);

/* task.c */
extern struct task *current;
void run_tasks(void);
void syscall(struct frame *f);
void kill_current(struct frame *f);
struct frame *schedule(void);

/* io.c */
void test_disks(void);
void test_network(void);
#endif
#endif
