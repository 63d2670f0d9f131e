/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plat.h (guest) - the benchmark's operations done by calls of the ABI.
 *
 * Each plat_* function here has a twin in bench/native/plat.h that does the
 * same work on the bare machine.
 */
#ifndef BENCH_PLAT_H
#define BENCH_PLAT_H

#include "silk.h"

#define PLAT_RPL       3
#define PLAT_IS_GUEST  true
#define PLAT_USER_PAGE 0x67 /* dirty accessed user writable present */

#ifdef __ASSEMBLER__
#define RETURN int $SILK_I386_VECTOR_RETURN
#else

#include "bench.h"

#define VCPU ((volatile struct silk_vcpu *)SILK_I386_VCPU)

extern struct silk_mmu_op plat_ops[SILK_BATCH_MAX];
extern u32 plat_directory[2]; /* guest-physical addresses */

void plat_write(const char *text, u32 bytes);
void plat_die(const char *what, u32 eip, u32 address) __attribute__((noreturn));
u32 plat_new_table(u32 index);
void plat_table_cycle(void);
void plat_timer(u32 ns);
void plat_block_read(u32 sector, u32 gpa);

/* [CALL-2] Arguments in registers that are undefined afterwards. */
static inline int call3(u32 number, u32 a, u32 b, u32 c)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result), "+b"(a), "+c"(b), "+d"(c)
			 : "0"(number)
			 : "memory", "cc");
	return result;
}

static inline int call1(u32 number, u32 a)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result), "+b"(a)
			 : "0"(number)
			 : "memory", "cc");
	return result;
}

static inline u32 plat_machine(u32 gpa)
{
	const u32 *machine = (const u32 *)SILK_I386_CHUNK_MACHINE;

	return machine[gpa >> 22] | (gpa & 0x3fffff);
}

static inline void plat_null_call(void)
{
	call1(SILK_CALL_query, SILK_GROUP_CORE);
}

static inline u32 plat_fault_address(void)
{
	return VCPU->fault_address;
}

static inline void plat_entries(u32 entry, const u32 *values, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		plat_ops[i].target = (entry + 4 * i) | SILK_OP_SET;
		plat_ops[i].value = values[i];
	}
	if (call3(SILK_CALL_pt_batch, (u32)plat_ops, n, 0) != (int)n)
		plat_die("pt_batch", VCPU->diag.clause, VCPU->diag.value);
}

static inline void plat_run(u32 entry, const u32 *values, u32 n)
{
	if (call3(SILK_CALL_pt_run, entry, n, (u32)values) != (int)n)
		plat_die("pt_run", VCPU->diag.clause, VCPU->diag.value);
}

static inline void plat_drain(void)
{
	plat_null_call();
}

static inline void plat_defer(u32 entry, u32 value)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;
	u32 n = VCPU->queue_count;

	if (n == SILK_QUEUE_MAX) {
		plat_drain();
		n = 0;
	}
	queue[n].target = entry | SILK_OP_SET;
	queue[n].value = value;
	VCPU->queue_count = n + 1;
}

static inline void plat_switch(u32 which)
{
	call1(SILK_CALL_pt_switch, plat_directory[which]);
}

static inline void plat_flush_all(void)
{
	plat_switch(0);
}

static inline void plat_set_tls(void)
{
	call3(SILK_CALL_set_descriptor, SILK_I386_DESC_TLS, 0x0000ffff,
	      0x00cff200);
}

static inline void plat_cli(void)
{
	VCPU->vif = 0;
	barrier();
}

static inline void plat_sti(void)
{
	barrier();
	VCPU->vif = SILK_VIF;
	if (VCPU->pending & ~VCPU->mask)
		call1(SILK_CALL_deliver_events, 0);
}

static inline void plat_event_now(void)
{
	call3(SILK_CALL_set_timer, 1, 0, 0);
}

#endif
#endif
