// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpu.c - the processor as Linux sees it: CPUID without what isn't there for a
 * guest, debug registers, the trap table, the segments of threads.
 *
 * Invariant: what is cached here of descriptors and debug registers is what
 * the hypervisor has.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <asm/cpufeatures.h>
#include <asm/desc.h>
#include <asm/processor.h>
#include <asm/segment.h>
#include <asm/silk.h>
#include <asm/traps.h>

/* ---- CPUID [CPU-8] ---- */

#define BIT_OF(feature)	(1u << ((feature) & 31))

/* Leaf 1, EDX: what a guest can't use, or what Linux would drive by MSRs. */
#define HIDE_1_EDX (BIT_OF(X86_FEATURE_VME) | BIT_OF(X86_FEATURE_DE) | \
	BIT_OF(X86_FEATURE_MSR) | BIT_OF(X86_FEATURE_PAE) | \
	BIT_OF(X86_FEATURE_MCE) | BIT_OF(X86_FEATURE_APIC) | \
	BIT_OF(X86_FEATURE_SEP) | BIT_OF(X86_FEATURE_MTRR) | \
	BIT_OF(X86_FEATURE_PGE) | BIT_OF(X86_FEATURE_MCA) | \
	BIT_OF(X86_FEATURE_PAT) | BIT_OF(X86_FEATURE_PSE36) | \
	BIT_OF(X86_FEATURE_DS) | BIT_OF(X86_FEATURE_ACPI) | \
	BIT_OF(X86_FEATURE_ACC) | BIT_OF(X86_FEATURE_HT))
/* Leaf 1, ECX: what remains is instructions that need no state but SSE's. */
#define SHOW_1_ECX (BIT_OF(X86_FEATURE_XMM3) | \
	BIT_OF(X86_FEATURE_PCLMULQDQ) | BIT_OF(X86_FEATURE_SSSE3) | \
	BIT_OF(X86_FEATURE_CX16) | BIT_OF(X86_FEATURE_XMM4_1) | \
	BIT_OF(X86_FEATURE_XMM4_2) | BIT_OF(X86_FEATURE_MOVBE) | \
	BIT_OF(X86_FEATURE_POPCNT) | BIT_OF(X86_FEATURE_AES) | \
	BIT_OF(X86_FEATURE_RDRAND))
#define SHOW_7_EBX (BIT_OF(X86_FEATURE_BMI1) | BIT_OF(X86_FEATURE_BMI2) | \
	BIT_OF(X86_FEATURE_ERMS) | BIT_OF(X86_FEATURE_RDSEED) | \
	BIT_OF(X86_FEATURE_ADX) | BIT_OF(X86_FEATURE_SHA_NI))
#define SHOW_EXT_EDX (BIT_OF(X86_FEATURE_MMXEXT) | \
	BIT_OF(X86_FEATURE_3DNOWEXT) | BIT_OF(X86_FEATURE_3DNOW))
#define SHOW_EXT_ECX (BIT_OF(X86_FEATURE_LAHF_LM) | \
	BIT_OF(X86_FEATURE_ABM) | BIT_OF(X86_FEATURE_SSE4A) | \
	BIT_OF(X86_FEATURE_MISALIGNSSE) | BIT_OF(X86_FEATURE_3DNOWPREFETCH))

void silk_cpuid(unsigned int *eax, unsigned int *ebx, unsigned int *ecx,
		unsigned int *edx)
{
	unsigned int leaf = *eax;

	native_cpuid(eax, ebx, ecx, edx);
	switch (leaf) {
	case 1:
		*ebx &= 0x00ffffff;	/* no APIC number */
		*ecx &= SHOW_1_ECX;
		*edx &= ~HIDE_1_EDX;
		break;
	case 5:				/* monitor and mwait */
	case 6:				/* thermal and power management */
	case 10:			/* performance counters */
	case 11:			/* topology, by APIC numbers */
	case 13:			/* extended state */
	case 31:
	case 0x8000000a:
	case 0x8000001f:
		*eax = *ebx = *ecx = *edx = 0;
		break;
	case 7:
		*eax = *ecx = *edx = 0;
		*ebx &= SHOW_7_EBX;
		break;
	case 0x80000001:
		*ecx &= SHOW_EXT_ECX;
		*edx &= SHOW_EXT_EDX;
		break;
	case 0x80000007:
	case 0x80000008:
		*ebx = *ecx = *edx = 0;
		break;
	}
}

/* ---- debug registers [CPU-6] ---- */

static unsigned long debug_register[8] = { [7] = 0 };

unsigned long silk_get_debugreg(int reg)
{
	if (reg == 6)
		return (SILK_VCPU->debug_status & (DR_STEP | DR_TRAP_BITS)) |
			DR6_RESERVED;
	return debug_register[reg];
}
EXPORT_SYMBOL(silk_get_debugreg);

void silk_set_debugreg(unsigned long value, int reg)
{
	u32 result;

	if (reg == 6) {
		SILK_VCPU->debug_status = value & (DR_STEP | DR_TRAP_BITS);
		return;
	}
	if (value == debug_register[reg])
		return;
	result = silk_call2(SILK_CALL_set_debugreg, reg, value);
	if (silk_refused(result))
		silk_refusal("set_debugreg", result);
	else
		debug_register[reg] = value;
}
EXPORT_SYMBOL(silk_set_debugreg);

/* ---- the trap table ---- */

/* [TRAP-3]: what a guest can handle; all else never comes. */
static bool is_guest_vector(unsigned int vector)
{
	static const u32 exceptions = 0x000b7cfb;

	return vector < 32 ? exceptions >> vector & 1 :
		vector == IA32_SYSCALL_VECTOR;
}

static bool make_trap(struct silk_trap *trap, unsigned int vector,
		      const gate_desc *gate)
{
	if (!is_guest_vector(vector) || gate->bits.type == GATE_TASK)
		return false;
	trap->vector = vector;
	trap->flags = (gate->bits.dpl == 3 ? SILK_TRAP_USER : 0) |
		(gate->bits.type == GATE_INTERRUPT ? SILK_TRAP_MASK : 0);
	trap->zero = 0;
	trap->entry = gate->bits.p ? gate_offset(gate) : 0;
	return true;
}

static void set_traps(const struct silk_trap *traps, u32 count)
{
	u32 result = silk_call2(SILK_CALL_set_traps, (u32)traps, count);

	if (silk_refused(result))
		panic("silk: set_traps: error %d", -(int)result);
}

void silk_load_idt(const struct desc_ptr *dtr)
{
	const gate_desc *idt = (const gate_desc *)dtr->address;
	struct silk_trap traps[SILK_TRAPS_MAX];
	u32 count = 0, vector;

	if (!idt)
		return;
	for (vector = 0; vector <= IA32_SYSCALL_VECTOR; vector++)
		if (make_trap(&traps[count], vector, &idt[vector]))
			count++;
	set_traps(traps, count);
}

void silk_write_idt_entry(gate_desc *idt, int entry, const gate_desc *gate)
{
	struct silk_trap trap;

	memcpy(&idt[entry], gate, sizeof(*gate));
	if (make_trap(&trap, entry, gate))
		set_traps(&trap, 1);
}
