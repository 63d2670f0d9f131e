// SPDX-License-Identifier: GPL-2.0-only
/*
 * call.c - from int $0x80 to the call's function and back; refusals and the
 * diagnostics slot.
 *
 * Invariant: what a guest sees of a call is its result, what its clauses name,
 * and rubbish where they promise nothing.
 */
#include "stub.h"

#define ARITHMETIC  0x8d5u /* OF SF ZF AF PF CF */
#define IS_ERROR(r) ((r) >= 0xfffff000u)

static const struct call {
	call_fn fn;
	u8 group, arguments;
} calls[] = {
#define X(nr, name, group, nargs, a, b, c, text) \
	[nr] = { call_##name, SILK_GROUP_##group, nargs },
	SILK_HYPERCALLS(X)
#undef X
};

/* The call before, if it was refused. */
static struct {
	bool refused;
	u32 number, a, b, result;
} last;

void fill_diag(u32 call, u32 id, u32 value, u32 done)
{
	struct silk_diag *d = &vcpu_page.diag;
	static const u8 arguments[] = {
#define X(id, call, error, arg, area, n, text) [SILK_R_##id] = arg,
		SILK_REFUSALS(X)
#undef X
	};

	d->call = call;
	d->clause = clause_of(id);
	d->argument = arguments[id];
	d->value = value;
	d->done = done;
	d->refusals++;
	count_refusal(id);
}

u32 refuse_after(u32 id, u32 value, u32 done)
{
	fill_diag(cpu->eax, id, value, done);
	return -error_of(id);
}

u32 refuse(u32 id, u32 value)
{
	return refuse_after(id, value, 0);
}

/* [CALL-12]: a guest that took the error for a number goes on from there. */
static void look_for_ignored_error(u32 number)
{
	u32 scale;

	if (!last.refused || last.number != number)
		return;
	judged(CL(CALL, 12));
	switch (number) {
	case SILK_CALL_console_write:
		scale = 1;
		break;
	case SILK_CALL_pt_batch:
		scale = sizeof(struct silk_mmu_op);
		break;
	case SILK_CALL_pt_run:
		scale = 4;
		break;
	case SILK_CALL_blk_submit:
		scale = sizeof(struct silk_blk_request);
		break;
	default:
		return;
	}
	if (cpu->ebx == last.a + last.result * scale && cpu->ecx == last.b - last.result)
		broke(CL(CALL, 12), "a result from 0xFFFFF000 on taken for an error",
		      "%s went on as if %x were a number of elements", call_name(number),
		      last.result);
}

static void look_at_group(u32 number, const struct call *c)
{
	judged(CL(GEN, 13));
	if (mood == MAJOR && number != SILK_CALL_query && number != SILK_CALL_shutdown)
		broke(CL(GEN, 13), "no call but query and shutdown under another major version",
		      "it called %s", call_name(number));
	else if (!info_page.group_version[c->group])
		broke(CL(GEN, 13), "no calls of a group that is not offered",
		      "it called %s", call_name(number));
}

static u32 carry_out(u32 number)
{
	const struct call *c = &calls[number];
	const u32 values[] = { cpu->ebx, cpu->ecx, cpu->edx };

	if (number >= COUNT(calls))
		return refuse(SILK_R_CALL_UNKNOWN, number);
	look_at_group(number, c);
	look_for_ignored_error(number);
	if (c->arguments)
		judged(CL(CALL, 10));
	for (u32 i = 0; i < c->arguments; i++)
		look_for_tags(values[i], "an argument");
	if (!info_page.group_version[c->group])
		return refuse(SILK_R_CALL_NOTOFFERED, number);
	return c->fn(cpu->ebx, cpu->ecx, cpu->edx);
}

/* [CALL-3] */
static void poison(u32 number)
{
	u32 n = number < COUNT(calls) ? calls[number].arguments : 0;

	if (mood != POISONED)
		return;
	if (n > 0)
		cpu->ebx = tag(TAG_REGISTER);
	if (n > 1)
		cpu->ecx = tag(TAG_REGISTER);
	if (n > 2)
		cpu->edx = tag(TAG_REGISTER);
	nasty(NASTY_REGISTERS);
	cpu->eflags = (cpu->eflags & ~ARITHMETIC) | (random() & ARITHMETIC);
}

/* [CALL-3]: the arithmetic flags say nothing. Is what comes next a jump by them, or
 * another instruction that takes them (Intel SDM volume 2, A.3)? */
static void look_for_flags(void)
{
	u8 b[2];
	bool takes;

	if (!copy_in(b, cpu->eip, sizeof(b)))
		return;
	takes = (b[0] & 0xf0) == 0x70 || (b[0] >= 0x10 && b[0] < 0x16) ||
		(b[0] >= 0x18 && b[0] < 0x1e);
	if (b[0] == 0x0f)
		takes = (b[1] & 0xf0) == 0x40 || (b[1] & 0xe0) == 0x80;
	if (takes)
		broke(CL(GEN, 6), "no use of the arithmetic flags after a call",
		      "instruction %x %x behind the call takes them", b[0], b[1]);
}

void hypercall(void)
{
	u32 number = cpu->eax, a = cpu->ebx, b = cpu->ecx, result;

	act_call();
	watch_call(number);
	if (number != SILK_CALL_console_write && number != SILK_CALL_shutdown)
		woken_early = false;
	queue_drain();
	result = carry_out(number);
	last.refused = IS_ERROR(result);
	last.number = number;
	last.a = a;
	last.b = b;
	last.result = result;
	if (last.refused)
		judged(CL(CALL, 12));
	cpu->eax = result;
	if (!last.refused)
		spoil_diag();
	look_for_flags();
	poison(number);
}

u32 call_query(u32 group, u32 b, u32 c)
{
	(void)b, (void)c;
	if (group >= SILK_NR_GROUPS)
		return refuse(SILK_R_QUERY_GROUP, group);
	if (!info_page.group_version[group])
		return refuse(SILK_R_QUERY_NOTOFFERED, group);
	return info_page.group_version[group];
}

u32 call_yield(u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	return 0;
}

u32 call_deliver_events(u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	return 0;
}

/* [EVT-10] It may end early; a nervous one does. */
u32 call_block(u32 a, u32 b, u32 c)
{
	(void)a, (void)b, (void)c;
	vcpu_page.vif = SILK_VIF;
	woken_early = false;
	if (mood == NERVOUS && chance(2)) {
		woken_early = !(vcpu_page.pending & ~vcpu_page.mask);
		judged(CL(EVT, 5));
		nasty(NASTY_BLOCK_EARLY);
		return 0;
	}
	while (!(vcpu_page.pending & ~vcpu_page.mask)) {
		time_poll();
		block_poll();
		net_poll();
		console_poll(true);
		life_poll();
		if (!(vcpu_page.pending & ~vcpu_page.mask))
			sleep_for_interrupt();
	}
	return 0;
}

static bool can_be_handled(u32 vector)
{
	return vector <= 1 || (vector >= 3 && vector <= 7) || (vector >= 10 && vector <= 14) ||
	       vector == 16 || vector == 17 || vector == 19 ||
	       vector == SILK_I386_VECTOR_CALL || vector == SILK_I386_VECTOR_UPCALL;
}

static u32 check_trap(const struct silk_trap *t)
{
	judged(CL(GEN, 6));
	if (t->zero || t->flags & ~SILK_TRAP_FLAGS)
		broke(CL(GEN, 6), "0 in padding and in flags without a name",
		      "set_traps with flags %x, zero %x", t->flags, t->zero);
	if (!can_be_handled(t->vector))
		return refuse(SILK_R_TRAPS_VECTOR, t->vector);
	if (t->flags & ~SILK_TRAP_FLAGS || t->zero)
		return refuse(SILK_R_TRAPS_FLAGS,
			      t->flags & ~SILK_TRAP_FLAGS ? t->flags : t->zero);
	if (t->entry && (t->entry < SILK_I386_KERNEL_BASE || t->entry >= SILK_I386_WINDOW))
		return refuse(SILK_R_TRAPS_ENTRY, t->entry);
	return 0;
}

/* [TRAP-3] */
u32 call_set_traps(u32 traps, u32 count, u32 c)
{
	struct silk_trap copy[SILK_TRAPS_MAX];
	u32 error;

	(void)c;
	if (count == 0 || count > SILK_TRAPS_MAX)
		return refuse(SILK_R_TRAPS_COUNT, count);
	if (!copy_in(copy, traps, count * sizeof(copy[0])))
		return refuse(SILK_R_TRAPS_FAULT, traps);
	for (u32 i = 0; i < count; i++) {
		error = check_trap(&copy[i]);
		if (error)
			return error;
	}
	for (u32 i = 0; i < count; i++)
		handlers[copy[i].vector] = copy[i];
	return 0;
}
