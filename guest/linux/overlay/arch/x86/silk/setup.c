// SPDX-License-Identifier: GPL-2.0-only
/*
 * setup.c - from the entry to Linux's own start: the machine that isn't there
 * is replaced, hook by hook, by what the hypervisor offers; and the ways out.
 *
 * Invariant: after silk_start_kernel() no code of Linux that is reached
 * touches a port, an MSR, a BIOS or an interrupt controller.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/panic_notifier.h>
#include <linux/pm.h>
#include <linux/random.h>
#include <linux/reboot.h>
#include <linux/screen_info.h>
#include <linux/start_kernel.h>
#include <asm/bios_ebda.h>
#include <asm/e820/api.h>
#include <asm/i8259.h>
#include <asm/reboot.h>
#include <asm/setup.h>
#include <asm/silk.h>
#include <asm/tlbflush.h>
#include <asm/tsc.h>
#include <asm/x86_init.h>

extern unsigned long tlb_single_page_flush_ceiling;

/* What the hypervisor says of a call that should not have been refused. */
void silk_refusal(const char *what, u32 result)
{
	volatile struct silk_diag *diag = &SILK_VCPU->diag;

	pr_err("silk: %s refused: error %d, clause %u-%u, argument %u, value %08x\n",
	       what, -(int)result, diag->clause >> 16, diag->clause & 0xffff,
	       diag->argument, diag->value);
}

/* ---- the ways out ---- */

static void silk_shutdown(u32 reason, const char *message)
{
	u32 length = min_t(u32, strlen(message), SILK_MESSAGE_MAX);

	local_irq_disable();
	silk_call3(SILK_CALL_shutdown, reason, (u32)message, length);
	for (;;)
		silk_call0(SILK_CALL_yield);
}

static void silk_restart(char *command)
{
	silk_shutdown(SILK_SHUTDOWN_REBOOT, "restart");
}

static void silk_emergency_restart(void)
{
	silk_shutdown(SILK_SHUTDOWN_REBOOT, "emergency restart");
}

static void silk_power_off(void)
{
	silk_shutdown(SILK_SHUTDOWN_POWEROFF, "power off");
}

static void silk_halt(void)
{
	silk_shutdown(SILK_SHUTDOWN_POWEROFF, "halt");
}

static const struct machine_ops silk_machine_ops __initconst = {
	.restart = silk_restart,
	.halt = silk_halt,
	.power_off = silk_power_off,
	.shutdown = native_machine_shutdown,
	.emergency_restart = silk_emergency_restart,
};

static int silk_panic(struct notifier_block *block, unsigned long event,
		      void *message)
{
	silk_shutdown(SILK_SHUTDOWN_CRASH, message);
	return NOTIFY_DONE;
}

/* Last of all, so that what others have to say is said. */
static struct notifier_block silk_panic_block = {
	.notifier_call = silk_panic,
	.priority = INT_MIN,
};

/* ---- memory ---- */

/*
 * The chunks of the direct map are the memory [BOOT-6]. TABLE chunks have
 * struct pages, since page tables do, but are nobody's memory [MEM-8].
 */
static char *__init silk_memory_setup(void)
{
	const struct silk_info *info = SILK_INFO;
	const u8 *kind = (const u8 *)SILK_I386_CHUNK_KIND;
	u32 i;

	e820__range_add(0, (u64)info->low_chunks << SILK_I386_CHUNK_SHIFT,
			E820_TYPE_RAM);
	for (i = 0; i < info->low_chunks; i++)
		if (kind[i] != SILK_CHUNK_RAM)
			memblock_reserve(i << SILK_I386_CHUNK_SHIFT,
					 SILK_I386_CHUNK_SIZE);
	if (info->low_chunks < info->chunks)
		pr_warn("silk: memory above %u MB is not used\n",
			info->low_chunks * 4);
	return "SILK";
}

/* ---- the rest of the machine ---- */

static void __init silk_legacy_features(void)
{
	x86_platform.legacy.rtc = 0;
	x86_platform.legacy.warm_reset = 0;
	x86_platform.legacy.reserve_bios_regions = 0;
	x86_platform.legacy.no_vga = 1;
	x86_platform.legacy.i8042 = X86_LEGACY_I8042_PLATFORM_ABSENT;
	x86_platform.legacy.devices.pnpbios = 0;
}

static int silk_set_wallclock(const struct timespec64 *ts)
{
	return -ENODEV;
}

static void __init silk_arch_setup(void)
{
	silk_early_console();
	pr_info("silk: %s, ABI %u.%u, guest '%s', %u chunks of 4 MB\n",
		SILK_INFO->hypervisor, SILK_INFO->version >> 16,
		SILK_INFO->version & 0xffff, SILK_INFO->name,
		SILK_INFO->chunks);
	setup_force_cpu_cap(X86_FEATURE_TSC_KNOWN_FREQ);
	setup_force_cpu_cap(X86_FEATURE_TSC_RELIABLE);
	atomic_notifier_chain_register(&panic_notifier_list, &silk_panic_block);
}

/* A seed that differs at each boot [BOOT-10]. */
static void __init silk_late_init(void)
{
	add_bootloader_randomness(SILK_INFO->seed, SILK_SEED_BYTES);
}

static void __init silk_hooks(void)
{
	x86_init.resources.memory_setup = silk_memory_setup;
	x86_init.resources.probe_roms = x86_init_noop;
	x86_init.resources.dmi_setup = x86_init_noop;
	x86_init.mpparse.find_smp_config = x86_init_noop;
	x86_init.mpparse.get_smp_config = x86_init_uint_noop;
	x86_init.irqs.pre_vector_init = x86_init_noop;
	x86_init.irqs.intr_init = silk_init_irqs;
	x86_init.irqs.intr_mode_select = x86_init_noop;
	x86_init.irqs.intr_mode_init = x86_init_noop;
	x86_init.oem.arch_setup = silk_arch_setup;
	x86_init.oem.banner = x86_init_noop;
	x86_init.paging.pagetable_init = paging_init;
	x86_init.timers.setup_percpu_clockev = x86_init_noop;
	x86_init.timers.timer_init = silk_init_timer;
	x86_init.timers.wallclock_init = x86_init_noop;
	x86_init.hyper.guest_late_init = silk_late_init;
	x86_platform.calibrate_cpu = silk_tsc_khz;
	x86_platform.calibrate_tsc = silk_tsc_khz;
	x86_platform.get_wallclock = silk_get_wallclock;
	x86_platform.set_wallclock = silk_set_wallclock;
	x86_platform.set_legacy_features = silk_legacy_features;
	x86_platform.realmode_reserve = x86_init_noop;
	x86_platform.realmode_init = x86_init_noop;
	legacy_pic = &null_legacy_pic;
	machine_ops = silk_machine_ops;
	pm_power_off = silk_power_off;
}

/* What head_32.S finds out about the processor. */
static void __init silk_first_cpu_data(void)
{
	new_cpu_data.x86 = 6;
	new_cpu_data.cpuid_level = cpuid_eax(0);
	new_cpu_data.x86_capability[CPUID_1_EDX] = cpuid_edx(1);
}

static void __init silk_boot_params(const struct silk_info *info)
{
	boot_params.hdr.version = 0x0200;
	boot_params.hdr.type_of_loader = 0xff;
	boot_params.hdr.ramdisk_image = info->initrd;
	boot_params.hdr.ramdisk_size = info->initrd_length;
	strscpy(boot_command_line, info->cmdline, COMMAND_LINE_SIZE);
}

/* Called by head.S, with the argument in %eax as all of the kernel does. */
void silk_start_kernel(const struct silk_info *info);
__visible void __init silk_start_kernel(const struct silk_info *info)
{
	BUILD_BUG_ON(SILK_CALL_deliver_events != 6);

	/* [GEN-13] */
	if (info->magic != SILK_MAGIC || info->version >> 16 != SILK_ABI_MAJOR)
		silk_shutdown(SILK_SHUTDOWN_CRASH, "Linux wants SILK ABI 1");
	if (!(info->features[SILK_GROUP_MMU] & SILK_F_MMU_QUEUE))
		silk_shutdown(SILK_SHUTDOWN_CRASH, "Linux wants MMU_QUEUE");

	silk_cr3 = info->boot_directory;
	silk_pool_early();
	silk_first_cpu_data();
	silk_boot_params(info);
	silk_hooks();
	max_pfn_mapped = info->low_chunks << (SILK_I386_CHUNK_SHIFT - PAGE_SHIFT);
	/* The range of one page is flushed page by page, all else as a whole:
	 * one operation, and each return to user mode flushes it anyway. */
	tlb_single_page_flush_ceiling = 1;
	/* The fixmap ends below the window. */
	reserve_top_address(-SILK_I386_WINDOW);
	i386_start_kernel();
}
