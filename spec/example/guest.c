/* SPDX-License-Identifier: MIT */
/* guest.c - says hello, waits for its timer, runs a user program, powers off. */
#include "silk.h"

#define INFO		((const struct silk_info *)SILK_I386_INFO)
#define VCPU		((volatile struct silk_vcpu *)SILK_I386_VCPU)
#define MACHINE		((const uint32_t *)SILK_I386_CHUNK_MACHINE)
#define USER_BASE	0x08048000u	/* where the user program is to appear */
#define TABLE		0x4000u		/* a free frame of TABLE chunk 0 */

struct frame {			/* as head.S and the hypervisor left it */
	uint32_t es, ds, edi, esi, ebp, kernel_esp, ebx, edx, ecx, eax;
	uint32_t vector, error, eip, cs, eflags;
	uint32_t esp, ss;	/* there only if cs & 3 */
};

void guest_main(void);
void trap(struct frame *f);
void enter_user(uint32_t eip, uint32_t esp);
extern char on_fault[], on_call[], on_upcall[], user_start[], user_end[];

static volatile int ticks;
static char user_page[4096] __attribute__((aligned(4096)));

/* [CALL-1] [CALL-3] The argument registers are lost. */
static int32_t call(uint32_t nr, uint32_t a, uint32_t b, uint32_t c)
{
	int32_t result;

	__asm__ volatile("int $0x80" : "=a"(result), "+b"(a), "+c"(b), "+d"(c)
			 : "0"(nr) : "cc", "memory");
	return result;
}

/* [CALL-12] The largest 4096 values are errors. */
static int refused(int32_t result)
{
	return (uint32_t)result >= 0xfffff000;
}

/* [CON-1] [CALL-12] It may take less than it is given, or nothing for now. */
static void print(const char *text)
{
	uint32_t length = 0;
	int32_t n;

	while (text[length])
		length++;
	while (length) {
		n = call(SILK_CALL_console_write, (uint32_t)text, length, 0);
		if (n == -SILK_EAGAIN) {
			call(SILK_CALL_yield, 0, 0, 0);
			continue;
		}
		if (refused(n))
			return;
		text += n;
		length -= (uint32_t)n;
	}
}

static void end(uint32_t reason)
{
	call(SILK_CALL_shutdown, reason, 0, 0);
}

/* What must not be refused was refused: say so, and why [CALL-8]. */
static void need(int32_t result)
{
	char clause[] = "refused by clause 00-00\n";

	if (!refused(result))
		return;
	clause[18] += (VCPU->diag.clause >> 16) / 10;
	clause[19] += (VCPU->diag.clause >> 16) % 10;
	clause[21] += (VCPU->diag.clause & 0xffff) / 10;
	clause[22] += (VCPU->diag.clause & 0xffff) % 10;
	print(clause);
	end(SILK_SHUTDOWN_CRASH);
}

/* [TIME-2] [TIME-9] */
static uint64_t now(void)
{
	volatile struct silk_time *t = &VCPU->time;
	uint32_t version, low, high;
	uint64_t d, ns;

	do {
		version = t->version;
		__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
		d = ((uint64_t)high << 32 | low) - t->tsc_base;
		d = t->shift >= 0 ? d << t->shift : d >> -t->shift;
		ns = t->ns_base + (d >> 32) * t->mult +
			((d & 0xffffffff) * t->mult >> 32);
	} while (version != t->version || version & 1);
	return ns;
}

/* [MEM-7] Where a guest-physical address lies in the machine. */
static uint32_t machine(uint32_t gpa)
{
	return MACHINE[gpa >> SILK_I386_CHUNK_SHIFT] | (gpa & 0x3fffff);
}

/* A handler for each thing that can come; upcalls are off in all of them. */
static void set_traps(void)
{
	struct silk_trap traps[] = {
		{ 14, SILK_TRAP_MASK, 0, (uint32_t)on_fault },
		{ 0x80, SILK_TRAP_MASK | SILK_TRAP_USER, 0, (uint32_t)on_call },
		{ 0x81, 0, 0, (uint32_t)on_upcall },
	};

	need(call(SILK_CALL_set_traps, (uint32_t)traps, 3, 0));
}

/* [EVT-6] Clear the bits, then do what they are about. */
static void upcall(void)
{
	uint32_t events = __atomic_exchange_n(&VCPU->pending, 0, __ATOMIC_SEQ_CST);

	if (events & 1u << SILK_EVENT_TIMER)
		ticks++;
}

void trap(struct frame *f)
{
	char letter[2] = { 0, 0 };

	if (f->vector == SILK_I386_VECTOR_UPCALL) {
		upcall();
	} else if (f->vector == SILK_I386_VECTOR_CALL && f->eax == 1) {
		letter[0] = (char)f->ebx;
		print(letter);
	} else if (f->vector == SILK_I386_VECTOR_CALL && f->eax == 2) {
		print(" says the user program\n");
		end(SILK_SHUTDOWN_POWEROFF);
	} else {
		print(f->cs & 3 ? "a user fault\n" : "a kernel fault\n");
		end(SILK_SHUTDOWN_CRASH);
	}
}

/* [EVT-10] block sets vif and sleeps in one step. It may end early [EVT-5]. */
static void wait_for_timer(void)
{
	uint64_t at = now() + 100000000;

	need(call(SILK_CALL_set_timer, (uint32_t)at, (uint32_t)(at >> 32), 0));
	while (!ticks)
		call(SILK_CALL_block, 0, 0, 0);
	VCPU->vif = 0;
}

/* One page table, linked into the boot directory, with one page in it. */
static void make_user(void)
{
	uint32_t page = (uint32_t)user_page - SILK_I386_KERNEL_BASE;
	uint32_t bits = SILK_I386_PRESENT | SILK_I386_WRITABLE;
	struct silk_mmu_op ops[] = {
		{ INFO->boot_directory + (USER_BASE >> 22) * 4, machine(TABLE) | bits },
		{ TABLE + (USER_BASE >> 12) % 1024 * 4, machine(page) | bits },
	};
	char *from, *to = user_page;

	for (from = user_start; from < user_end; from++)
		*to++ = *from;
	need(call(SILK_CALL_pt_alloc, TABLE, SILK_PT_TABLE, 0));
	need(call(SILK_CALL_pt_batch, (uint32_t)&ops[0], 1, 0));
	need(call(SILK_CALL_pt_batch, (uint32_t)&ops[1], 1, 0));
}

void guest_main(void)
{
	static char kernel_stack[4096];
	int group;

	if (INFO->magic != SILK_MAGIC || INFO->version >> 16 != SILK_ABI_MAJOR)
		end(SILK_SHUTDOWN_CRASH);	/* [GEN-13] */
	for (group = SILK_GROUP_CORE; group <= SILK_GROUP_CONSOLE; group++)
		if (INFO->group_version[group] >> 16 != SILK_ABI_MAJOR)
			end(SILK_SHUTDOWN_CRASH);
	print("hello, I am ");
	print(INFO->name);
	print("\n");
	set_traps();
	wait_for_timer();
	print("the timer event came\n");
	make_user();
	VCPU->kernel_sp = (uint32_t)(kernel_stack + sizeof(kernel_stack));
	enter_user(USER_BASE, USER_BASE + sizeof(user_page));
}
