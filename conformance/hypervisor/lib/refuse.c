// SPDX-License-Identifier: GPL-2.0-only
/*
 * refuse.c - one refusal: the error [CALL-6], the diagnostics slot [CALL-8],
 * the registers [CALL-3], and that nothing else has changed [CALL-4].
 *
 * Invariant: what is expected comes from the header's table of refusals.
 */
#include "suite.h"

static const struct {
	const char *name, *clause_text;
	uint32_t error, argument, clause;
} rows[SILK_R_COUNT] = {
#define X(id, call, error, arg, area, n, text) [SILK_R_##id] = { #id, #area "-" #n, SILK_##error, arg, SILK_CLAUSE(SILK_AREA_##area, n) },
	SILK_REFUSALS(X)
#undef X
};

static uint32_t provoked[(SILK_R_COUNT + 31) / 32];
static uint32_t refused, not_refused;

static const uint8_t arguments[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = nargs,
	SILK_HYPERCALLS(X)
#undef X
};

uint32_t row_error(enum silk_refusal row)
{
	return 0u - rows[row].error;
}

void refuse_title(const struct refusal *r)
{
	const char *note = r->note ? r->note : "";

	if (r->also)
		test("CALL-7", "%s is before %s%s%s", rows[r->row].name,
		     rows[r->also].name, *note ? ": " : "", note);
	else
		test(rows[r->row].clause_text, "%s%s%s", rows[r->row].name,
		     *note ? ": " : "", note);
}

/* What was really seen, for the account of all refusals: ./silk conformance. */
static void note_row(enum silk_refusal row)
{
	if (vcpu()->diag.clause == rows[row].clause)
		provoked[row / 32] |= 1u << row % 32;
}

static bool value_is(const struct refusal *r, uint32_t value)
{
	for (uint32_t i = 0; i < r->values; i++)
		if (r->value[i] == value)
			return true;
	return false;
}

void refuse_check(const struct refusal *r, uint32_t call, uint32_t done)
{
	const volatile struct silk_diag *diag = &vcpu()->diag;

	expect(call, diag->call, "diag.call");
	expect_that(diag->clause == rows[r->row].clause,
		    "diag.clause: expected %s, seen %u-%u", rows[r->row].clause_text,
		    diag->clause >> 16, diag->clause & 0xffff);
	expect(rows[r->row].argument, diag->argument, "diag.argument");
	expect_that(value_is(r, diag->value),
		    "diag.value: expected 0x%x, seen 0x%x", r->value[0], diag->value);
	expect(done, diag->done, "diag.done");
	note_row(r->row);
}

/* Odd values where the call has no argument: they must be kept, and ignored. */
static struct call registers(const struct refusal *r)
{
	return (struct call){
		.eax = r->call,
		.ebx = r->a,
		.ecx = r->b,
		.edx = r->c,
		.esi = 0x51515151,
		.edi = 0xd1d1d1d1,
		.ebp = 0xb9b9b9b9,
		.eflags = 2 | FL_DF,
	};
}

static void check_registers(const struct call *was, const struct call *now)
{
	uint32_t n = was->eax < SILK_NR_CALLS ? arguments[was->eax] : 0;

	if (n < 1)
		expect(was->ebx, now->ebx, "ebx, no argument");
	if (n < 2)
		expect(was->ecx, now->ecx, "ecx, no argument");
	if (n < 3)
		expect(was->edx, now->edx, "edx, no argument");
	expect(was->esi, now->esi, "esi");
	expect(was->edi, now->edi, "edi");
	expect(was->ebp, now->ebp, "ebp");
	expect(0, now->esp, "esp moved by");
	expect(FL_DF | FL_IF | 2, now->eflags & ~0x8d5u,
	       "eflags without the arithmetic ones");
	expect(was->ds, now->ds, "ds");
	expect(was->es, now->es, "es");
	expect(was->fs, now->fs, "fs");
	expect(was->gs, now->gs, "gs");
}

static void read_segments(struct call *c)
{
	uint32_t s;

	__asm__("movl %%ds, %0"
		: "=r"(s));
	c->ds = s;
	__asm__("movl %%es, %0"
		: "=r"(s));
	c->es = s;
	__asm__("movl %%fs, %0"
		: "=r"(s));
	c->fs = s;
	__asm__("movl %%gs, %0"
		: "=r"(s));
	c->gs = s;
}

static bool searches(const struct refusal *r)
{
	return row_error(r->row) != ERRNO(EAGAIN) &&
	       (r->call == SILK_CALL_chunk_convert || r->call == SILK_CALL_chunk_give);
}

void refuse(const struct refusal *r)
{
	struct call before = registers(r), now = before;
	uint32_t refusals;
	struct state state;

	refuse_title(r);
	read_segments(&before);
	state_take(&state);
	for (uint32_t tries = 0; tries < (r->prepare ? 100u : 1u); tries++) {
		if (r->prepare)
			r->prepare();
		now = registers(r);
		refusals = vcpu()->diag.refusals;
		call_raw(&now);
		if (now.eax == row_error(r->row))
			break;
	}
	/* A search for mappings may take several calls [MEM-9]. */
	while (now.eax == ERRNO(EAGAIN) && searches(r)) {
		now = registers(r);
		refusals++;
		call_raw(&now);
	}
	expect_that(now.eax == row_error(r->row),
		    "result: expected -%u, seen %d", rows[r->row].error, (int)now.eax);
	refuse_check(r, r->call, r->done);
	expect(refusals + 1, vcpu()->diag.refusals, "diag.refusals");
	check_registers(&before, &now);
	state_compare(&state);
	refused++;
	not_refused += failing();
	end();
}

void refuse_all(const struct refusal *r, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		refuse(&r[i]);
}

/* The promises that each refusal above was held to. */
void refuse_summary(void)
{
	char line[1200];
	int n = 0;

	if (!refused)
		return;
	test("CALL-3 CALL-4 CALL-6 CALL-8",
	     "registers, state, error and diagnostics of %u refusals", refused);
	expect(0, not_refused, "refusals with something else than it should be");
	end();
	for (uint32_t row = 1; row < SILK_R_COUNT; row++)
		if (provoked[row / 32] >> row % 32 & 1)
			n += format(line + n, sizeof(line) - (size_t)n, " %s",
				    rows[row].clause_text);
	print("suite: refused%s\n", line);
}
