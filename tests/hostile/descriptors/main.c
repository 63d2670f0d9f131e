// SPDX-License-Identifier: GPL-2.0-only
/*
 * descriptors - every kind of segment descriptor that a guest may not have, at
 * every index; and the use of those that it may have, against the hypervisor.
 *
 * One predicate states the rule [CPU-4]. A refused descriptor must leave the
 * old one; an allowed one must be of ring 3, a data segment, and reach no more
 * than paging lets ring 3 reach. Descriptors are taken away while registers
 * hold them.
 *
 * covers: CPU-3 CPU-4 PT-13 GEN-7 CALL-4 TRAP-7
 */
#include "hostile.h"

#define TLS(n)    ((SILK_I386_DESC_TLS + (n)) * 8 | 3)
#define FLAT_HIGH 0x00cff200u

static bool allowed(uint32_t low, uint32_t high)
{
	return (!low && !high) || (high & 0x0060f800) == 0x0040f000;
}

static uint32_t rights(uint32_t selector)
{
	uint32_t value = 0;
	uint8_t zf;

	__asm__ volatile("larl %2, %0\n\tsetz %1"
			 : "+r"(value), "=q"(zf)
			 : "r"(selector)
			 : "cc");
	return zf ? value : 0;
}

/* By the call, and by the deferred queue. */
static uint32_t set_by_call(uint32_t index, uint32_t low, uint32_t high)
{
	return (uint32_t)-hv_set_descriptor(index, low, high);
}

static uint32_t set_by_queue(uint32_t index, uint32_t low, uint32_t high)
{
	struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

	queue[0].target = SILK_CONTROL(SILK_CONTROL_DESC_LOW);
	queue[0].value = low;
	queue[1].target = SILK_CONTROL(SILK_CONTROL_DESC_HIGH + index);
	queue[1].value = high;
	vcpu()->queue_error = 0;
	vcpu()->queue_count = 2;
	hv_deliver_events();
	return vcpu()->queue_error;
}

/* All 256 access bytes with all 16 flags. */
static void kinds(const char *name,
		  uint32_t (*set)(uint32_t index, uint32_t low, uint32_t high))
{
	begin(name);
	for (uint32_t i = 0; i < 4096; i++) {
		uint32_t high = (i & 0xff) << 8 | (i >> 8) << 20;
		bool good = allowed(0x1234ffff, high);

		expect(0, set(SILK_I386_DESC_TLS, 0xffff, FLAT_HIGH), "flat");
		expect(good ? 0 : SILK_EENTRY,
		       set(SILK_I386_DESC_TLS, 0x1234ffff, high), "high %x", high);
		expect(good ? high & 0x00f0fe00 : FLAT_HIGH & 0x00f0fe00,
		       rights(TLS(0)) & 0x00f0fe00, "high %x: in the table", high);
	}
	end();
}

static void indexes(void)
{
	begin("indexes");
	for (uint32_t i = 0; i < 0x20000; i++) {
		uint32_t index = i < 0x10000 ? i : random32() | 0x10000;
		bool good = (index >= SILK_I386_DESC_TLS &&
			     index <= SILK_I386_DESC_TLS_LAST) ||
			    index == SILK_I386_DESC_PERCPU;

		expect(good ? 0 : SILK_ERANGE, set_by_call(index, 0, 0),
		       "index %x", index);
	}
	for (uint32_t index = 0; index < 0x40; index++) {
		bool good = (index >= SILK_I386_DESC_TLS &&
			     index <= SILK_I386_DESC_TLS_LAST) ||
			    index == SILK_I386_DESC_PERCPU;

		expect(good ? 0 : SILK_EINVAL, set_by_queue(index, 0, 0),
		       "index %x in the queue", index);
	}
	expect(0, rights(TLS(0)) | rights(TLS(1)) | rights(TLS(2)), "all gone");
	end();
}

/* ---- segments whose base leads to the hypervisor ---- */

static void read_fs(uint32_t offset)
{
	uint32_t value;

	__asm__ volatile("movl %%fs:(%1), %0"
			 : "=r"(value)
			 : "r"(offset));
}

static void write_fs(uint32_t offset)
{
	__asm__ volatile("movl $0x5a, %%fs:(%0)"
			 :
			 : "r"(offset)
			 : "memory");
}

static void set_base(uint32_t base, uint32_t kind)
{
	hv_set_descriptor(SILK_I386_DESC_TLS, base << 16 | 0xffff,
			  (base & 0xff000000) | 0x00cf0000 | kind | (base >> 16 & 0xff));
	__asm__ volatile("movl %0, %%fs"
			 :
			 : "r"(TLS(0)));
}

static void with_base(uint32_t base, void (*act)(uint32_t), uint32_t offset,
		      uint32_t error)
{
	set_base(base, 0xf200);
	attempt(act, offset);
	expect(V_PF, trap.vector, "base %x, offset %x", base, offset);
	expect(error, trap.error, "base %x, offset %x: error code", base, offset);
	expect(base + offset, trap_address, "base %x, offset %x: address", base,
	       offset);
}

static void bases(void)
{
	/* mov %eax, %fs; mov %fs:0, %al; int $0x80 */
	static const uint8_t by_fs[] = {
		0x8e,
		0xe0,
		0x64,
		0xa0,
		0,
		0,
		0,
		0,
		0xcd,
		0x80,
	};
	struct entry e = user_entry();

	begin("bases");
	with_base(0xf0000000, read_fs, 0, 0);
	with_base(0xf0000000, write_fs, 0x100000, PF_WRITE);
	with_base(0x80000000, read_fs, 0x70000000, 0);
	with_base(0xfffff000, read_fs, 0xf4001000, 0);
	with_base(0xc0000000, write_fs, 0x2c00, PF_PRESENT | PF_WRITE);
	with_base(0xefc00000, write_fs, 0x1000, PF_PRESENT | PF_WRITE);
	memcpy((void *)USER_TEXT, by_fs, sizeof(by_fs));
	for (uint32_t base = 0xc0000000; base >= 0xc0000000; base += CHUNK_SIZE) {
		set_base(base, 0xf200);
		e.eax = TLS(0);
		enter(&e);
		expect(V_PF, trap.vector, "user, base %x", base);
		expect(PF_USER, trap.error, "user, base %x: error code", base);
	}
	end();
}

/* ---- descriptors that go while they are loaded ---- */

static void drop(void)
{
	hv_set_descriptor(SILK_I386_DESC_TLS, 0, 0);
}

/* What becomes of the register is undefined, of the guest not: it may get a
 * fault, and must be able to go on. */
static void lost_ss(uint32_t by_return)
{
	uint32_t ignored;

	__asm__ volatile("movl %0, %%ss"
			 :
			 : "r"(TLS(0)));
	if (!by_return) {
		drop();
	} else {
		/* The queue takes it away in the very return. */
		struct silk_mmu_op *queue = (struct silk_mmu_op *)SILK_I386_QUEUE;

		queue[0].target = SILK_CONTROL(SILK_CONTROL_DESC_HIGH +
					       SILK_I386_DESC_TLS);
		queue[0].value = 0;
		vcpu()->queue_count = 1;
		__asm__ volatile("pushfl\n\tpushl $0x60\n\tpushl $1f\n\t"
				 "int $0x82\n1:"
				 : "=a"(ignored)
				 :
				 : "memory");
		irq_disable();
	}
	__asm__ volatile("movl %0, %%ss"
			 :
			 : "r"(SILK_I386_KERNEL_DS | 3));
}

static void lost_data(uint32_t arg)
{
	(void)arg;
	__asm__ volatile("movl %0, %%fs\n\tmovl %0, %%gs"
			 :
			 : "r"(TLS(0)));
	__asm__ volatile("movl %0, %%es"
			 :
			 : "r"(TLS(0)));
	__asm__ volatile("movl %2, %%ds\n\tint $0x80\n\tmovl %3, %%ss\n\tmovl %3, %%ds\n\t"
			 "movl %3, %%es"
			 :
			 : "a"(SILK_CALL_set_descriptor), "b"(SILK_I386_DESC_TLS),
			   "S"(TLS(0)), "D"(SILK_I386_KERNEL_DS | 3), "c"(0), "d"(0)
			 : "memory");
	hv_yield();
	hv_yield();
}

/* ss is not writable, or not flat any more, when the guest traps. */
static void changed_ss(uint32_t high)
{
	__asm__ volatile("movl %0, %%ss"
			 :
			 : "r"(TLS(0)));
	hv_set_descriptor(SILK_I386_DESC_TLS, 0xffff, high);
	__asm__ volatile("movl %0, %%ss"
			 :
			 : "r"(SILK_I386_KERNEL_DS | 3));
}

/* No trap, or one that a bad segment may raise. */
static bool borne(void)
{
	return trap.vector == NO_TRAP || trap.vector == V_NP ||
	       trap.vector == V_SS || trap.vector == V_GP;
}

static void lost(void)
{
	static const uint32_t other[] = { 0x00cff000, 0x00cff600, 0x0040f200 };

	begin("lost-while-loaded");
	for (uint32_t round = 0; round < 100; round++) {
		hv_set_descriptor(SILK_I386_DESC_TLS, 0xffff, FLAT_HIGH);
		attempt(lost_ss, round & 1);
		expect(true, borne(),
		       "ss without a descriptor: vector %x", trap.vector);
		hv_set_descriptor(SILK_I386_DESC_TLS, 0xffff, FLAT_HIGH);
		attempt(lost_data, 0);
		expect(NO_TRAP, trap.vector, "ds to gs without a descriptor");
		hv_set_descriptor(SILK_I386_DESC_TLS, 0xffff, FLAT_HIGH);
		attempt(changed_ss, other[round % ARRAY_SIZE(other)]);
		expect(true, borne(),
		       "ss changed: vector %x", trap.vector);
	}
	end();
}

/* The user's stack segment goes in a system call; its frame is refused. */
static void lost_user_ss(void)
{
	/* mov %eax, %ss; int $0x80 */
	static const uint8_t with_ss[] = { 0x8e, 0xd0, 0xcd, 0x80 };
	struct entry e = user_entry();

	begin("lost-user-ss");
	hv_set_descriptor(SILK_I386_DESC_TLS, 0xffff, FLAT_HIGH);
	memcpy((void *)USER_TEXT, with_ss, sizeof(with_ss));
	e.eax = TLS(0);
	enter(&e);
	expect(V_CALL, trap.vector, "vector");
	expect(TLS(0), trap.ss, "ss in the frame");
	drop();
	e.ss = TLS(0);
	enter(&e);
	expect(V_GP, trap.vector, "return to it: vector");
	expect(TLS(0) & ~3u, trap.error, "return to it: error code");
	end();
}

void hostile_main(void)
{
	kinds("kinds", set_by_call);
	kinds("kinds-queued", set_by_queue);
	indexes();
	bases();
	lost();
	lost_user_ss();
}
