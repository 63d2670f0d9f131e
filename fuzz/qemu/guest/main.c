// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the fuzzing guest: `seed=N` says what it does, `steps=N` for how long,
 * `disks` that it has some; `from=N` begins with a later one;
 * `off` powers off at the end.
 *
 * On the console, for fuzz/qemu/run:
 *
 *   fuzz: acts NAME...                          once: names by number
 *   fuzz: run R seed N                          the R'th boot
 *   fuzz: at STEP calls N refused N traps N digest X
 *   fuzz: made N... / fuzz: refused N...        by call, since the boot
 *   fuzz: FINDING at STEP: what
 *   fuzz: done at STEP ...
 */
#include "fuzz.h"

#define STATUS_STEPS 512u
#define HEAL_STEPS   16u
#define LAST         64u

/* Found by its first words in a dump of the machine's memory; they are stored
 * when the guest runs, so that no file has them. */
static struct {
	uint32_t magic[2];
	uint32_t next, unused;
	struct step step[LAST];
} last __attribute__((aligned(4096)));

struct step *now = last.step;
uint32_t step_seed;
bool disks;

struct trap_frame trap;
uint32_t trap_address, trap_sp;

static uint32_t made[SILK_NR_CALLS], refused[SILK_NR_CALLS];
static uint32_t calls, refusals, traps, events, digest = 2166136261u;
static uint32_t kernel_stack[2048] __attribute__((aligned(16)));
static struct silk_time clock; /* what steps write over */

void guest_main(void);

/* ---- traps ---- */

static void on_trap(struct trap_frame *frame)
{
	memset(&trap, 0, sizeof(trap));
	memcpy(&trap, frame, from_user(frame) ? sizeof(trap) : FRAME_SIZE - 8);
	trap_address = vcpu()->fault_address;
	traps++;
	if (attempt_sp)
		attempt_escape();
	if (frame->vector == V_DB) { /* a breakpoint that was left behind */
		hv_set_debugreg(7, 0);
		frame->eflags = (frame->eflags | FL_RF) & ~FL_TF;
		return;
	}
	panic("vector %u error %x at %x, address %x, after step %u", frame->vector, frame->error,
	      frame->eip, trap_address, now->number);
}

/* An upcall ends what ran in guest-user mode, or astray, and lets this program go on. */
static void on_event(struct trap_frame *frame)
{
	events++;
	__atomic_fetch_and(&vcpu()->pending, 0, __ATOMIC_SEQ_CST);
	if (!attempt_sp || (!from_user(frame) && frame->eip - CHUNK_VA(KERNEL_CHUNK) < CHUNK_SIZE))
		return;
	memcpy(&trap, frame, sizeof(trap));
	attempt_escape();
}

void heal_traps(void)
{
	static const uint8_t vectors[] = { 0, 1, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 19, 0x80 };
	extern const uint32_t trap_stubs[TRAP_STUBS];
	static struct silk_trap table[ARRAY_SIZE(vectors) + 1];
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		table[i].vector = vectors[i];
		table[i].flags = SILK_TRAP_USER | SILK_TRAP_MASK;
		table[i].entry = trap_stubs[vectors[i]];
	}
	table[i].vector = SILK_I386_VECTOR_UPCALL;
	table[i].flags = SILK_TRAP_MASK;
	table[i].entry = trap_stubs[SILK_I386_VECTOR_UPCALL];
	hv_set_traps(table, ARRAY_SIZE(table));
}

/* Our own table of handlers; the first time only. */
static void handle_all(void)
{
	uint32_t i;

	for (i = 0; i < 32; i++)
		trap_handle(i, on_trap, SILK_TRAP_USER);
	trap_handle(SILK_I386_VECTOR_CALL, on_trap, SILK_TRAP_USER);
	trap_handle(SILK_I386_VECTOR_UPCALL, on_event, 0);
	heal_traps();
}

/* ---- mending what steps broke ---- */

static void set(uint32_t entry, uint32_t value)
{
	struct silk_mmu_op op = { entry, value };

	hv_pt_batch(&op, 1);
}

/* What is refused is not mended: later steps have less to play with. */
void heal(void)
{
	uint32_t kernel = BOOT + (SILK_I386_KERNEL_BASE >> 22) * 4;

	vcpu()->queue_count = 0;
	vcpu()->kernel_sp = (uint32_t)(kernel_stack + ARRAY_SIZE(kernel_stack));
	vcpu()->mask = ~0u;
	heal_traps();
	hv_set_debugreg(7, 0);
	hv_pt_switch(BOOT);
	if (chunk_kind(BUFFER_CHUNK) == SILK_CHUNK_ABSENT)
		hv_chunk_take(BUFFER_CHUNK, SILK_CHUNK_RAM);
	else if (chunk_kind(BUFFER_CHUNK) == SILK_CHUNK_TABLE)
		hv_chunk_convert(BUFFER_CHUNK, SILK_CHUNK_RAM);
	set(kernel + BUFFER_CHUNK * 4, gpa_to_machine(BUFFER_CHUNK << 22) | 0x87);
	hv_pt_alloc(USER_TABLE, SILK_PT_TABLE);
	set(BOOT + DIR_INDEX(USER_TEXT) * 4, gpa_to_machine(USER_TABLE) | 7);
	set(USER_TABLE, gpa_to_machine(PAGE_TEXT) | 7);
	set(USER_TABLE + 4, gpa_to_machine(PAGE_DATA) | 7);
	set(USER_TABLE + 8, gpa_to_machine(PAGE_STACK) | 7);
	hv_pt_flush(NULL, 0);
	if (disks)
		take_completions();
}

/* ---- reports ---- */

static void status(const char *what)
{
	print("\nfuzz: %s %u calls %u refused %u traps %u events %u digest %x\n", what, now->number,
	      calls, refusals, traps, events, digest);
}

static void counts(const char *what, const uint32_t *n)
{
	char line[256];
	uint32_t used = 0, i;

	for (i = 0; i < SILK_NR_CALLS; i++)
		used += (uint32_t)format(line + used, sizeof(line) - used, " %u", n[i]);
	print("fuzz: %s%s\n", what, line);
}

static void report(const char *what)
{
	status(what);
	counts("made", made);
	counts("refused", refused);
}

void count_call(uint32_t nr, bool was_refused)
{
	calls++;
	made[nr]++;
	refusals += was_refused;
	refused[nr] += was_refused;
}

static void NORETURN sleep_for_good(void)
{
	for (;;) {
		vcpu()->mask = ~0u;
		hv_block();
	}
}

void finding(const char *fmt, ...)
{
	char line[160];
	va_list args;

	va_start(args, fmt);
	format_va(line, sizeof(line), fmt, args);
	va_end(args);
	irq_disable();
	print("\nfuzz: FINDING at %u: %s\n", now->number, line);
	sleep_for_good();
}

/* ---- steps ---- */

static uint32_t weight(uint32_t act)
{
	static const uint8_t acts[] = {
#define X(name, weight) weight,
		FUZZ_ACTS(X)
#undef X
	};
	static const uint8_t groups[SILK_NR_GROUPS] = {
		[SILK_GROUP_CORE] = 1,
		[SILK_GROUP_TRAP] = 2,
		[SILK_GROUP_MMU] = 8,
		[SILK_GROUP_MEMORY] = 6,
		[SILK_GROUP_CPU] = 3,
		[SILK_GROUP_TIME] = 2,
		[SILK_GROUP_CONSOLE] = 1,
		[SILK_GROUP_BLOCK] = 4,
		[SILK_GROUP_NET] = 1,
	};
	static const uint8_t group_of[SILK_NR_CALLS] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = SILK_GROUP_##group,
		SILK_HYPERCALLS(X)
#undef X
	};

	if (act < SILK_NR_CALLS)
		return groups[group_of[act]];
	if (act == ACT_disk)
		return disks ? 12 : 0;
	return acts[act - SILK_NR_CALLS];
}

static uint32_t pick_act(void)
{
	static uint32_t total;
	uint32_t act, at;

	if (!total)
		for (act = 0; act < ACT_END; act++)
			total += weight(act);
	at = below(total);
	for (act = 0; at >= weight(act); act++)
		at -= weight(act);
	return act;
}

static void (*const acts[])(void) = {
#define X(name, weight) act_##name,
	FUZZ_ACTS(X)
#undef X
};

static void one_step(uint32_t act)
{
	if (act < SILK_NR_CALLS)
		act_call(act);
	else
		acts[act - SILK_NR_CALLS]();
}

static void add(uint32_t word)
{
	digest = (digest ^ word) * 16777619u;
}

static void step(uint32_t number)
{
	now = &last.step[number % LAST];
	last.next = number + 1;
	*now = (struct step){ .number = number, .vector = NO_TRAP };
	random_step(step_seed, number);
	now->act = pick_act();
	trap.vector = NO_TRAP;
	expected_trap.on = false;
	if (try_act(one_step, now->act) && trap.vector != NO_TRAP) {
		judge_trap();
		now->vector = trap.vector;
		now->eip = trap.eip;
	}
	WRITE_ONCE(vcpu()->vif, 0);
	vcpu()->time = clock;
	add(now->act);
	add(now->a);
	add(now->b);
	add(now->c);
	add(now->result);
	add(now->vector);
}

static void names(void)
{
	static const char *const all[ACT_END] = {
#define X(nr, name, group, nargs, a1, a2, a3, text) [nr] = #name,
		SILK_HYPERCALLS(X)
#undef X
#define X(name, weight) [ACT_##name] = #name,
			FUZZ_ACTS(X)
#undef X
	};
	uint32_t i;

	print("\nfuzz: acts");
	for (i = 0; i < ACT_END; i++)
		print(" %s", all[i]);
	print("\n");
}

void guest_main(void)
{
	uint32_t seed = cmdline_number("seed", 1), until = cmdline_number("steps", 20000), run = 0, i;

	disks = cmdline("disks") != NULL;
	vcpu()->mask = ~0u;
	last.magic[0] = SILK_MAGIC; /* "SILKLAST" */
	last.magic[1] = 0x5453414c;
	clock = vcpu()->time;
	handle_all();
	level_of[BOOT / PAGE_SIZE] = SILK_PT_DIRECTORY;
	heal();
	names();
	if (disks)
		run = cmdline("run") ? cmdline_number("run", 0) : journal();
	step_seed = run ? mix(seed + run) : seed;
	print("fuzz: run %u seed %u\n", run, seed);
	for (i = cmdline_number("from", 0); i < until; i++) {
		if (i % HEAL_STEPS == 0)
			heal();
		step(i);
		if (i % STATUS_STEPS == STATUS_STEPS - 1)
			report("at");
	}
	heal();
	report("done at");
	if (cmdline("off"))
		hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
	sleep_for_good(); /* our tables stay, for an audit */
}
