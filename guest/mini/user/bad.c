// SPDX-License-Identifier: GPL-2.0-only
/*
 * bad.c - does what no program may; the kernel ends it for that, and nothing
 * else happens. If something is allowed after all, it says so and returns 1.
 */
#include "mini.h"

static void read_at(uint32_t address)
{
	// cppcheck-suppress nullPointer ; that is what it is for
	print("read 0x%08x\n", *(volatile uint32_t *)address);
}

static void null(void)
{
	read_at(0);
}

static void kernel(void)
{
	read_at(0xc0000000);
}

static void window(void)
{
	read_at(0xefc00000);
}

static void hypervisor(void)
{
	read_at(0xf0000000);
}

int main(int argc, char **argv);

static void write_text(void)
{
	*(volatile uint32_t *)(uintptr_t)main = 0;
}

static void execute(void)
{
	((void (*)(void))0xc0400000)();
}

static void privileged(void)
{
	__asm__ volatile("hlt");
}

static void io(void)
{
	__asm__ volatile("outb %%al, $0x80"
			 :
			 : "a"(0));
}

static void return_call(void)
{
	__asm__ volatile("int $0x82"
			 :
			 :
			 : "memory");
}

static void upcall(void)
{
	__asm__ volatile("int $0x81"
			 :
			 :
			 : "memory");
}

static void undefined(void)
{
	__asm__ volatile("ud2");
}

static void divide_by_zero(void)
{
	__asm__ volatile("divl %%ecx"
			 :
			 : "a"(1), "d"(0), "c"(0)
			 : "cc");
}

static void segment(void)
{
	__asm__ volatile("movl %0, %%gs"
			 :
			 : "r"(0x10));
}

static void stack(void)
{
	__asm__ volatile("movl $0x6b, %%eax; movl %%eax, %%ss; movl $4, %%eax; int $0x80"
			 :
			 :
			 : "eax", "memory");
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
	{ "null", null },
	{ "kernel", kernel },
	{ "window", window },
	{ "hypervisor", hypervisor },
	{ "text", write_text },
	{ "exec", execute },
	{ "priv", privileged },
	{ "io", io },
	{ "int82", return_call },
	{ "int81", upcall },
	{ "undefined", undefined },
	{ "divide", divide_by_zero },
	{ "segment", segment },
	{ "stack", stack },
};

int main(int argc, char **argv)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(acts); i++) {
		if (argc == 2 && !strcmp(argv[1], acts[i].name)) {
			acts[i].act();
			print("bad: %s was allowed\n", argv[1]);
			return 1;
		}
	}
	print_error("bad WHAT, one of:");
	for (unsigned int i = 0; i < ARRAY_SIZE(acts); i++)
		print_error(" %s", acts[i].name);
	print_error("\n");
	return 2;
}
