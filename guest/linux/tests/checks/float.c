// SPDX-License-Identifier: GPL-2.0-only
/*
 * float.c - the state of the x87 and SSE units is each process's own, also while
 * other guests run.
 */
#include "checks.h"

static const float half[4] __attribute__((aligned(16))) = { 0.5, 0.5, 0.5, 0.5 };

/*
 * Registers of the x87 and SSE units hold a process's own number while others
 * run: one asm, so that nothing else uses them meanwhile.
 */
static int compute(int seed)
{
	float v[4] = { seed, seed, seed, seed }, w[4];
	double x = seed, y;
	int rounds = 300, spin;

	asm volatile("fldl %[x]\n\t"
		     "movups %[v], %%xmm3\n"
		     "1:\n\t"
		     "movl %[yield], %%eax\n\t"
		     "int $0x80\n\t"
		     "movl $3000, %[spin]\n"
		     "2:\n\t"
		     "decl %[spin]\n\t"
		     "jnz 2b\n\t"
		     "fld1\n\t"
		     "faddp\n\t"
		     "addps %%xmm3, %%xmm3\n\t"
		     "movaps %%xmm3, %%xmm4\n\t"
		     "addps %%xmm4, %%xmm4\n\t"
		     "subps %%xmm3, %%xmm4\n\t"
		     "movaps %%xmm4, %%xmm3\n\t"
		     "mulps %[half], %%xmm3\n\t"
		     "decl %[rounds]\n\t"
		     "jnz 1b\n\t"
		     "movups %%xmm3, %[w]\n\t"
		     "fstpl %[y]"
		     : [rounds] "+r" (rounds), [spin] "=&r" (spin),
		       [w] "=m" (w), [y] "=m" (y)
		     : [x] "m" (x), [v] "m" (v), [half] "m" (half),
		       [yield] "i" (SYS_sched_yield)
		     : "eax", "memory", "xmm3", "xmm4");
	return y == seed + 300.0 && !memcmp(v, w, sizeof(v));
}

void floating_point(void)
{
	int i, status, good = 1;

	for (i = 0; i < 6; i++)
		if (!fork())
			_exit(!compute(i + 1));
	for (i = 0; i < 6; i++)
		good &= wait(&status) > 0 && status == 0;
	result(good, "x87 and SSE registers are each process's own");
}

/* ---- the same while other guests run ---- */

/* What FXSAVE stores; the layout is the processor's. */
struct fx {
	uint16_t control, status;
	uint8_t tags, zero;
	uint16_t opcode;
	uint32_t ip, cs, dp, ds, mxcsr, mxcsr_mask;
	struct {
		uint64_t mantissa;
		uint16_t exponent, zero[3];
	} st[8];
	uint32_t xmm[8][4];
	uint8_t rest[224];
} __attribute__((aligned(16)));

static void fill_registers(struct fx *f, uint32_t seed)
{
	int i, k;

	f->control = seed & 1 ? 0x37f : 0x27f;	/* the precision differs */
	f->status = 0;
	f->tags = 0xff;
	f->mxcsr = 0x1f80 | (seed & 3) << 13;	/* so does the rounding */
	for (i = 0; i < 8; i++) {
		f->st[i].mantissa = 1ull << 63 | (uint64_t)seed << 16 | i;
		f->st[i].exponent = 0x3fff + i;
		for (k = 0; k < 4; k++)
			f->xmm[i][k] = seed * 2654435761u + i * 4 + k;
	}
}

static int same_registers(const struct fx *a, const struct fx *b)
{
	int i, same = a->control == b->control && a->tags == b->tags &&
		a->mxcsr == b->mxcsr && !memcmp(a->xmm, b->xmm, sizeof(a->xmm));

	for (i = 0; i < 8; i++)
		same &= a->st[i].mantissa == b->st[i].mantissa &&
			a->st[i].exponent == b->st[i].exponent;
	return same;
}

/*
 * All registers of both units hold a pattern of this process's own during a
 * second without a system call: who else runs meanwhile, here or in another
 * guest that does the same, must not leave a trace. General registers, too.
 */
static int hold(uint32_t seed)
{
	static struct fx before, want, got;
	struct timespec start, end;
	int good = 1;

	asm volatile("fxsave %0" : "=m" (before));
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		uint32_t a = seed, b = ~seed, c = seed ^ 0x5555, d = 20000000;

		want = before;
		fill_registers(&want, seed++);
		asm volatile("fxrstor %[want]\n"
			     "1:\tdecl %[d]\n\t"
			     "jnz 1b\n\t"
			     "fxsave %[got]\n\t"
			     "fxrstor %[before]"
			     : [got] "=m" (got), [d] "+r" (d), "+r" (a), "+r" (b),
			       "+r" (c)
			     : [want] "m" (want), [before] "m" (before) : "memory");
		good &= same_registers(&want, &got) && a == seed - 1 &&
			b == ~(seed - 1) && c == ((seed - 1) ^ 0x5555);
		clock_gettime(CLOCK_MONOTONIC, &end);
	} while (end.tv_sec < start.tv_sec + 2);
	return good;
}

/* The guest's name, so that two guests hold different things. */
static uint32_t own_seed(void)
{
	char host[64] = "";
	uint32_t seed = getpid();
	unsigned int i;

	gethostname(host, sizeof(host) - 1);
	for (i = 0; host[i]; i++)
		seed = seed * 31 + host[i];
	return seed;
}

void registers_held(void)
{
	int i, status, good = 1;

	result(hold(own_seed()), "registers hold for seconds without a system call");
	for (i = 0; i < 3; i++)
		if (!fork())
			_exit(!hold(own_seed()));
	for (i = 0; i < 3; i++)
		good &= wait(&status) > 0 && status == 0;
	result(good, "in three processes at once, too");
}

static void do_x87_division(void)
{
	static const uint16_t control = 0x37b;	/* division by zero is not masked */

	asm volatile("fldcw %0; fldz; fld1; fdivp; fwait" : : "m" (control));
}

void float_errors(void)
{
	result(dies(do_x87_division) == SIGFPE, "an x87 division by zero ends by SIGFPE");
	/* SSE's own exception (#XM) is nothing that QEMU's emulation raises. */
	result(reports(do_x87_division) == 32 + SIGFPE, "it reaches a handler");
}

