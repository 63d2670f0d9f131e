// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults.c - what a program may not do ends it, by the signal that Linux says.
 */
#include "checks.h"

static volatile sig_atomic_t got_signal, got_code;
static volatile uintptr_t got_address;

static void report_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	got_signal = sig;
	got_code = info->si_code;
	got_address = (uintptr_t)info->si_addr;
	_exit(sig == SIGSEGV || sig == SIGBUS ? 64 + info->si_code % 64 : 32 + sig);
}

static void catch_all(void)
{
	static const int signals[] = { SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP };
	struct sigaction action = { .sa_sigaction = report_signal,
				    .sa_flags = SA_SIGINFO };
	unsigned int i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* Run f in a child without handlers: the signal that ended it, or 0. */
int dies(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* The same with a handler: 64 + si_code for a fault, 32 + signal else. */
int reports(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		catch_all();
		f();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

uintptr_t target;

void do_read(void)
{
	(void)*(volatile int *)target;
}

static void do_write(void)
{
	*(volatile int *)target = 1;
}

static void do_jump(void)
{
	((void (*)(void))target)();
}

#define INSTRUCTION(name, text)						\
	static void do_##name(void) { asm volatile(text : : : "memory", "eax"); }

INSTRUCTION(hlt, "hlt")
INSTRUCTION(cli, "cli")
INSTRUCTION(sti, "sti")
INSTRUCTION(in, "inb $0x80, %%al")
INSTRUCTION(out, "outb %%al, $0x80")
INSTRUCTION(cr0, "movl %%cr0, %%eax")
INSTRUCTION(cr3, "movl %%cr3, %%eax")
INSTRUCTION(lidt, "lidt 0")
INSTRUCTION(invlpg, "invlpg 0")
INSTRUCTION(rdmsr, "rdmsr")
INSTRUCTION(clts, "clts")
INSTRUCTION(int1, "int $0x1")
INSTRUCTION(int20, "int $0x20")
INSTRUCTION(int81, "int $0x81")
INSTRUCTION(int82, "int $0x82")
INSTRUCTION(intff, "int $0xff")
INSTRUCTION(ud2, "ud2")
INSTRUCTION(int3, "int3")
INSTRUCTION(into, "movb $127, %%al; addb $1, %%al; into")
INSTRUCTION(sysenter, "movl %%esp, %%ebp; sysenter")
INSTRUCTION(farcall, "lcall $0x60, $0")
INSTRUCTION(kernel_ds, "movl $0x58, %%eax; movl %%eax, %%ds")

static void do_divide(void)
{
	volatile int zero = 0, result = 7 / zero;

	(void)result;
}

void deadly(void)
{
	static const struct {
		void (*f)(void);
		int sig;
		const char *what;
	} cases[] = {
		{ do_hlt, SIGSEGV, "hlt" }, { do_cli, SIGSEGV, "cli" },
		{ do_sti, SIGSEGV, "sti" }, { do_in, SIGSEGV, "in" },
		{ do_out, SIGSEGV, "out" }, { do_cr0, SIGSEGV, "mov from cr0" },
		{ do_cr3, SIGSEGV, "mov from cr3" },
		{ do_lidt, SIGSEGV, "lidt" }, { do_invlpg, SIGSEGV, "invlpg" },
		{ do_rdmsr, SIGSEGV, "rdmsr" }, { do_clts, SIGSEGV, "clts" },
		{ do_int1, SIGSEGV, "int 1" }, { do_int20, SIGSEGV, "int 0x20" },
		{ do_int81, SIGSEGV, "int 0x81, the upcall" },
		{ do_int82, SIGSEGV, "int 0x82, the return" },
		{ do_intff, SIGSEGV, "int 0xff" }, { do_ud2, SIGILL, "ud2" },
		{ do_int3, SIGTRAP, "int3" }, { do_into, SIGSEGV, "into" },
		{ do_sysenter, SIGSEGV, "sysenter" },
		{ do_farcall, SIGSEGV, "far call into the kernel" },
		{ do_kernel_ds, SIGSEGV, "loading a selector that isn't ours" },
		{ do_divide, SIGFPE, "division by zero" },
	};
	char what[80];
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(what, sizeof(what), "%s ends by signal %d",
			 cases[i].what, cases[i].sig);
		result(dies(cases[i].f) == cases[i].sig, what);
	}
}

void isolation(void)
{
	static const uintptr_t addresses[] = {
		0x0, 0xc0000000, 0xc0002000, 0xc0400000, 0xefbff000, 0xefc00000,
		0xefc01000, 0xefc10000, 0xefc11000, 0xefffffff, 0xf0000000,
		0xf0100000, 0xf4000000, 0xfc000000, 0xfee00000, 0xfffff000,
	};
	char what[80];
	unsigned int i;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		target = addresses[i];
		snprintf(what, sizeof(what), "%08lx can't be read, written, run",
			 (unsigned long)target);
		result(dies(do_read) == SIGSEGV && dies(do_write) == SIGSEGV &&
		       dies(do_jump) == SIGSEGV, what);
	}
}

void fault_codes(void)
{
	char *page = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	target = (uintptr_t)page;
	result(reports(do_read) == 0, "a mapped page can be read");
	result(reports(do_write) == 64 + SEGV_ACCERR,
	       "writing a read-only page reports SEGV_ACCERR");
	munmap(page, 2 * PAGE);
	result(reports(do_read) == 64 + SEGV_MAPERR,
	       "reading an unmapped page reports SEGV_MAPERR");
	result(reports(do_divide) == 32 + SIGFPE, "SIGFPE reaches a handler");
	result(reports(do_ud2) == 32 + SIGILL, "SIGILL reaches a handler");
}

