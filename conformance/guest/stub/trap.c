// SPDX-License-Identifier: GPL-2.0-only
/*
 * trap.c - everything that interrupts the guest comes here, and either stays
 * the stub's affair, or is bounced.
 *
 * Invariant: cpu is what the guest goes on with; it is in guest-kernel mode
 * whenever a handler is entered.
 */
#include "stub.h"

#define GP        13u
#define IF_TO_VIP 0x1a3200u /* IF, IOPL, VM, VIF, VIP */

struct regs *cpu;
bool user_mode;
bool spurious, woken_early;
struct silk_trap handlers[SILK_TRAPS_MAX * 4];
static bool hidden; /* the guest must not know that we ran */

static bool has_error(u32 vector)
{
	return (vector >= 10 && vector <= 14) || vector == 17;
}

/* [TRAP-2] [TRAP-5] [TRAP-12] */
static void enter(u32 vector, u32 error)
{
	u32 sp = user_mode ? vcpu_page.kernel_sp : cpu->esp;
	u32 frame[6], n = 0;

	if (has_error(vector))
		frame[n++] = error;
	frame[n++] = cpu->eip;
	frame[n++] = user_mode ? SILK_I386_USER_CS : SILK_I386_KERNEL_CS;
	frame[n++] = (cpu->eflags & ~IF_TO_VIP) | (vcpu_page.vif & SILK_VIF);
	if (user_mode) {
		frame[n++] = cpu->esp;
		frame[n++] = cpu->ss & 0xffff;
	} else {
		watch_interrupted();
	}
	sp -= n * 4;
	if (!copy_out(sp, frame, n * 4)) {
		if (user_mode)
			broke(CL(TRAP, 15), "24 bytes below kernel_sp can be written",
			      "kernel_sp is %x", vcpu_page.kernel_sp);
		crash(SILK_CRASH_BAD_STACK);
	}
	cpu->esp = sp;
	cpu->eip = handlers[vector].entry;
	cpu->cs = SILK_I386_KERNEL_CS | 3;
	cpu->ss = SILK_I386_KERNEL_DS | 3;
	cpu->eflags = 0x202;
	if (handlers[vector].flags & SILK_TRAP_MASK || vector == SILK_I386_VECTOR_UPCALL)
		vcpu_page.vif = 0;
	user_mode = false;
}

void bounce(u32 vector, u32 error)
{
	watch_stop();
	if (!handlers[vector].entry) {
		note("trap %u, error %x, eip %x: no handler", vector, error, cpu->eip);
		crash(SILK_CRASH_NO_HANDLER);
	}
	enter(vector, error);
}

void bounce_fault(u32 va, u32 error)
{
	if (!user_mode) {
		u32 op = queued_for(va);

		look_for_tagged_page(va, "the address of a page fault");
		if (op != NO_GPA)
			broke(CL(PT, 25), "no use of a queued operation before the next call",
			      "%x is touched, which operation %u of the queue would map",
			      va, op);
		if (refused_in_change(va))
			broke(CL(MEM, 14), "entries that map a chunk that is changing are "
					   "refused",
			      "%x is touched, whose entry was refused", va);
	}
	vcpu_page.fault_address = va;
	if (!handlers[14].entry)
		note("page fault at %x", va);
	bounce(14, error);
}

/* [TRAP-9] */
static void page_fault(u32 va)
{
	bool write = cpu->error & 2;
	u32 present;

	if (va < SILK_I386_HYPERVISOR && view_fault(va, write)) {
		hidden = true;
		return;
	}
	present = walk(va, user_mode).rights != ABSENT;
	bounce_fault(va, present | (write ? 2 : 0) | (user_mode ? 4 : 0));
}

/* [TRAP-13] */
static void refuse_int(u32 vector)
{
	cpu->eip -= 2;
	bounce(GP, vector * 8 + 2);
}

/* [CPU-11]: instructions that need what a guest doesn't have. */
static void look_at_instruction(void)
{
	u8 b[3];

	if (user_mode || !copy_in(b, cpu->eip, sizeof(b)) || b[0] != 0x0f)
		return;
	switch (b[1]) {
	case 0x01: /* MONITOR, MWAIT, XGETBV, XSETBV */
		if (b[2] != 0xc8 && b[2] != 0xc9 && b[2] != 0xd0 && b[2] != 0xd1)
			return;
		break;
	case 0x05:
	case 0x07:
	case 0x34:
	case 0x35: /* SYSCALL, SYSENTER */
	case 0x20:
	case 0x22: /* control registers */
	case 0x30:
	case 0x32:
	case 0x33: /* MSRs, counters */
	case 0xae:
	case 0xc7: /* XSAVE, XRSTOR */
		break;
	default:
		return;
	}
	broke(CL(CPU, 11), "nothing that needs a control or model-specific register",
	      "instruction %x %x %x raised trap %u", b[0], b[1], b[2], cpu->vector);
}

static void debug_trap(void)
{
	u32 dr6;

	__asm__ volatile("movl %%dr6, %0; movl %1, %%dr6"
			 : "=&r"(dr6)
			 : "r"(0xffff0ff0));
	if (watch_step()) {
		hidden = true;
		return;
	}
	vcpu_page.debug_status = dr6;
	bounce(1, 0);
}

static bool read_frame(u32 *frame)
{
	u32 size = 3;

	if (!copy_in(frame, cpu->esp, 12))
		return false;
	if (frame[1] & 3) {
		size = 5;
		if (!copy_in(frame + 3, cpu->esp + 12, 8))
			return false;
	}
	for (u32 i = 0; i < size; i++)
		look_for_tags(frame[i], "a word of a return frame");
	return true;
}

static void return_to_user(const u32 *frame)
{
	u32 cs = frame[1] & 0xffff, ss = frame[4] & 0xffff;

	if (cs != SILK_I386_USER_CS || ss != SILK_I386_USER_DS) {
		cpu->eip -= 2;
		bounce(GP, (cs != SILK_I386_USER_CS ? cs : ss) & 0xfffc);
		return;
	}
	judged(CL(TRAP, 15));
	if (!reachable(vcpu_page.kernel_sp - 24, 24, true))
		broke(CL(TRAP, 15), "24 bytes below kernel_sp can be written",
		      "guest-user mode is entered with kernel_sp %x", vcpu_page.kernel_sp);
	cpu->eflags = (frame[2] & SILK_I386_EFLAGS_USER) | 0x202;
	cpu->esp = frame[3];
	cpu->cs = SILK_I386_USER_CS;
	cpu->ss = SILK_I386_USER_DS;
	cpu->eip = frame[0];
	vcpu_page.vif = frame[2] & SILK_VIF;
	user_mode = true;
	watch_storm();
}

/* [CALL-8] */
void spoil_diag(void)
{
	if (mood != POISONED)
		return;
	vcpu_page.diag.call = tag(TAG_MEMORY);
	nasty(NASTY_DIAGNOSTICS);
}

/* [TRAP-7] */
static void guest_return(void)
{
	struct place before = walk(cpu->esp, false), after;
	u32 frame[5];

	watch_call(~0u);
	queue_drain();
	judged(CL(TRAP, 16));
	after = walk(cpu->esp, false);
	if (before.rights != ABSENT && before.machine != after.machine)
		broke(CL(TRAP, 16), "a frame whose mapping the queue does not change",
		      "the frame at %x is mapped elsewhere after the queue", cpu->esp);
	if (!read_frame(frame)) {
		broke(CL(TRAP, 16), "a readable return frame at ESP", "ESP is %x",
		      cpu->esp);
		crash(SILK_CRASH_BAD_RETURN);
	}
	spurious = false;
	spoil_diag();
	if (frame[1] & 3) {
		return_to_user(frame);
		return;
	}
	watch_interrupted(); /* and now goes on */
	cpu->esp += 12;
	cpu->cs = SILK_I386_KERNEL_CS | 3;
	cpu->ss = SILK_I386_KERNEL_DS | 3;
	cpu->eip = frame[0];
	cpu->eflags = (frame[2] & SILK_I386_EFLAGS_KERNEL) | 0x202;
	vcpu_page.vif = frame[2] & SILK_VIF;
	watch_storm();
}

void event(u32 bit)
{
	__atomic_fetch_or(&vcpu_page.pending, 1u << bit, __ATOMIC_SEQ_CST);
}

/* [EVT-9] */
bool due(void)
{
	return handlers[SILK_I386_VECTOR_UPCALL].entry && vcpu_page.vif & SILK_VIF &&
	       vcpu_page.pending & ~vcpu_page.mask;
}

/* An event that says what the guest knows already, or none [EVT-5]. */
static bool without_cause(void)
{
	static const u8 events[] = { SILK_EVENT_CONSOLE, SILK_EVENT_RESUMED };

	if (mood != NERVOUS || !(vcpu_page.vif & SILK_VIF) ||
	    !handlers[SILK_I386_VECTOR_UPCALL].entry || !chance(4))
		return false;
	if (chance(2))
		event(events[random() % COUNT(events)]);
	judged(CL(EVT, 5));
	nasty(vcpu_page.pending & ~vcpu_page.mask ? NASTY_UPCALL_KNOWN : NASTY_UPCALL_NOTHING);
	if (cpu->vector == TIMER_VECTOR || watch_storming())
		nasty(NASTY_UPCALL_ANYWHERE);
	return true;
}

static void deliver(void)
{
	bool is_due = due();

	if (!is_due && !without_cause())
		return;
	watch_stop();
	watch_upcall();
	spurious = !is_due;
	if (mood == NERVOUS)
		judged(CL(EVT, 5));
	enter(SILK_I386_VECTOR_UPCALL, 0);
}

static void keep_loadable(u32 *selector)
{
	if (!loadable(*selector))
		*selector = 0;
}

/* int3 and into: by everybody in guest-kernel mode, in guest-user mode only where a
 * handler may be raised [TRAP-13] [TRAP-14]. */
static void set_soft_gates(void)
{
	for (u32 vector = 3; vector <= 4; vector++) {
		bool raised = handlers[vector].entry && handlers[vector].flags & SILK_TRAP_USER;

		set_gate_ring(vector, !user_mode || raised ? 3 : 0);
	}
}

static void before_guest(void)
{
	time_poll();
	block_poll();
	net_poll();
	console_poll(false);
	if (!watch_stepping() && (!hidden || mood == NERVOUS))
		deliver();
	keep_loadable(&cpu->ds);
	keep_loadable(&cpu->es);
	keep_loadable(&cpu->fs);
	keep_loadable(&cpu->gs);
	if (!stackable(cpu->ss))
		cpu->ss = user_mode ? SILK_I386_USER_DS : SILK_I386_KERNEL_DS | 3;
	set_soft_gates();
	view_load();
}

static void from_guest(void)
{
	u32 va;

	switch (cpu->vector) {
	case 1:
		debug_trap();
		break;
	case 14:
		__asm__ volatile("movl %%cr2, %0"
				 : "=r"(va));
		page_fault(va);
		break;
	case TIMER_VECTOR:
		device_acknowledge();
		tick();
		life_poll();
		if (due())
			watch_stop();
		break;
	case SILK_I386_VECTOR_CALL:
		watch_stop();
		if (!user_mode)
			hypercall();
		else if (handlers[SILK_I386_VECTOR_CALL].entry &&
			 handlers[SILK_I386_VECTOR_CALL].flags & SILK_TRAP_USER)
			bounce(SILK_I386_VECTOR_CALL, 0);
		else
			refuse_int(SILK_I386_VECTOR_CALL);
		break;
	case SILK_I386_VECTOR_RETURN:
		watch_stop();
		if (user_mode)
			refuse_int(SILK_I386_VECTOR_RETURN);
		else
			guest_return();
		break;
	case 6:
	case GP:
		look_at_instruction();
		bounce(cpu->vector, cpu->error);
		break;
	default:
		bounce(cpu->vector, cpu->error & ~1u);
	}
}

void trap(struct regs *r)
{
	if (r->cs & 3) {
		cpu = r;
		act_trap();
		hidden = false;
		from_guest();
		before_guest();
		return;
	}
	if (r->vector == TIMER_VECTOR) {
		device_acknowledge();
		tick();
	} else if (r->vector != 1) {
		__asm__ volatile("movl %%cr2, %0"
				 : "=r"(r->unused));
		finish(BROKEN, "the stub's own trap %u, error %x, at %x, address %x",
		       r->vector, r->error, r->eip, r->unused);
	}
}

void traps_new_run(void)
{
	memset(handlers, 0, sizeof(handlers));
	set_soft_gates();
	spurious = woken_early = false;
}
