// SPDX-License-Identifier: GPL-2.0-only
/*
 * try.c - the trap table of a hostile guest, its user pages, and code that is
 * made at run time.
 *
 * Every vector that a guest may handle leads to on_trap(), which keeps the
 * frame and ends the act that raised it.
 */
#include "hostile.h"

#define CODE_MAX 256

struct trap_frame trap;
uint32_t trap_address, trap_sp;

extern uint32_t attempt_sp; /* try.S */
extern bool try_act(void (*f)(uint32_t), uint32_t arg);
extern void attempt_escape(void) NORETURN;
extern void enter_frame(uint32_t entry);
void guest_main(void);

static uint8_t code_page[CODE_MAX] __attribute__((aligned(4096)));
static uint32_t kernel_stack[2048] __attribute__((aligned(16)));

static void on_trap(struct trap_frame *frame)
{
	uint32_t size = from_user(frame) ? sizeof(trap) : FRAME_SIZE - 8;

	memset(&trap, 0, sizeof(trap));
	memcpy(&trap, frame, size);
	trap_address = vcpu()->fault_address;
	trap_sp = (uint32_t)&frame->error;
	if (attempt_sp)
		attempt_escape();
	print("not ok stray-trap - expected none, seen vector %u error %x "
	      "eip %x address %x\n",
	      frame->vector, frame->error, frame->eip,
	      trap_address);
	print("hostile: 0 passed, 1 failed\n");
	hv_shutdown(SILK_SHUTDOWN_POWEROFF, NULL, 0);
}

static void handle_all(void)
{
	static const uint8_t vectors[] = {
		0,
		1,
		3,
		4,
		5,
		6,
		7,
		10,
		11,
		12,
		13,
		14,
		16,
		17,
		19,
		V_CALL,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(vectors); i++)
		if (trap_handle(vectors[i], on_trap, SILK_TRAP_USER))
			panic("vector %u was refused", vectors[i]);
}

/* ---- memory ---- */

uint32_t spare_page(uint32_t number)
{
	return gpa_to_machine(SPARE_GPA + number * PAGE_SIZE);
}

void map_page(uint32_t va, uint32_t entry)
{
	uint32_t at = mmu_make_entry(info()->boot_directory, (void *)va);

	if (!at)
		panic("no frame for a page table");
	mmu_write(at, entry);
	mmu_flush_page((void *)va);
	mmu_commit();
}

/* ---- acts ---- */

bool attempt(void (*f)(uint32_t), uint32_t arg)
{
	trap.vector = NO_TRAP;
	return try_act(f, arg);
}

void enter(const struct entry *e)
{
	attempt(enter_frame, (uint32_t)e);
}

void run_user(const void *code, uint32_t bytes)
{
	struct entry e = user_entry();

	memcpy((void *)USER_TEXT, code, bytes);
	enter(&e);
}

static void call_code(uint32_t value)
{
	uint32_t a = value, b = value, c = value, d = value;
	uint32_t si = value, di = value;

	__asm__ volatile("call %c6"
			 : "+a"(a), "+b"(b), "+c"(c), "+d"(d), "+S"(si), "+D"(di)
			 : "i"(code_page)
			 : "memory", "cc");
}

uint32_t run_kernel(const void *code, uint32_t bytes, uint32_t value)
{
	memcpy(code_page, code, bytes);
	code_page[bytes] = 0xc3; /* ret */
	attempt(call_code, value);
	return (uint32_t)code_page;
}

/* Junk in the registers that only a switch of guests keeps apart. */
static void fill_fpu(void)
{
	uint32_t junk[4] = { random32(), random32(), random32(), random32() };

	__asm__ volatile("fninit\n\tfldl2e\n\tfldl2t\n\tmovups %0, %%xmm3\n\t"
			 "movups %0, %%xmm0"
			 :
			 : "m"(junk));
}

void guest_main(void)
{
	tables_init(NULL);
	vcpu()->mask = ~0u;
	vcpu()->kernel_sp = (uint32_t)(kernel_stack + ARRAY_SIZE(kernel_stack));
	handle_all();
	map_page(USER_TEXT, spare_page(0) | 7);
	map_page(USER_DATA, spare_page(1) | 7);
	fill_fpu();
	hostile_main();
	finish();
}
