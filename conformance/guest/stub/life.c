// SPDX-License-Identifier: GPL-2.0-only
/*
 * life.c - runs of the guest: their beginning as chapter BOOT says, and their
 * ends.
 *
 * Invariant: nothing of a run is left when the next begins.
 */
#include "stub.h"

#define RUNS     4u            /* reboots end then */
#define PATIENCE 5000000000ull /* ns, to answer to SHUTDOWN */

static const u8 *image; /* of the next run */
static u32 image_length;
static const u8 *first; /* the operator's */
static u32 first_length;
static u8 *kept; /* where set_kernel's copy goes: one chunk */
static u32 runs;
static const u8 *ramdisk;
static u32 ramdisk_length;
static u64 asked; /* when event SHUTDOWN was set; 0: not */
bool said_something;

static void set_string(char *to, u32 size, const char *from)
{
	memset(to, 0, size);
	for (u32 i = 0; i < size - 1 && from[i]; i++)
		to[i] = from[i];
}

static void set_versions(void)
{
	bool full = mood != MINIMAL;

#define X(nr, name, major, minor) \
	info_page.group_version[nr] = (major) << 16 | ((minor) + (mood == NEWER));
	SILK_GROUPS(X)
#undef X
	if (mood == MINIMAL)
		info_page.group_version[SILK_GROUP_NET] = 0;
	if (!info_page.blk[0].flags)
		info_page.group_version[SILK_GROUP_BLOCK] = 0;
	if (mood == MAJOR)
		info_page.group_version[SILK_GROUP_ABI] = 2 << 16;
	info_page.version = info_page.group_version[SILK_GROUP_ABI];
	memset(info_page.features, 0, sizeof(info_page.features));
	if (full) {
#define X(name, group, bit, text) \
	if (info_page.group_version[SILK_GROUP_##group]) \
		info_page.features[SILK_GROUP_##group] |= SILK_F_##name;
		SILK_FEATURES(X)
#undef X
	} else
		nasty(NASTY_FEATURES);
	if (mood == NEWER) { /* what a later minor version might have */
		nasty(NASTY_UNKNOWN);
		info_page.group_version[SILK_NR_GROUPS] = 1 << 16;
		info_page.features[SILK_GROUP_MMU] |= 0x80;
		info_page.features[SILK_GROUP_CORE] |= 0x40;
	}
}

static void set_info(void)
{
	info_page.magic = SILK_MAGIC;
	info_page.guest_id = 0x51 + random() % 1000;
	info_page.vcpus = 1;
	info_page.boot_directory = SILK_I386_BOOT_DIRECTORY;
	info_page.weight = options.weight;
	set_versions();
	for (u32 i = 0; i < SILK_SEED_BYTES; i++)
		info_page.seed[i] = (u8)(random() ^ tsc());
	set_string(info_page.name, SILK_NAME_MAX, options.name);
	set_string(info_page.hypervisor, SILK_NAME_MAX, "the conformance stub");
	set_string(info_page.cmdline, SILK_CMDLINE_MAX, options.cmdline);
}

static void set_registers(u32 entry)
{
	static struct regs at_entry;

	memset(&at_entry, 0, sizeof(at_entry));
	at_entry.ds = at_entry.es = at_entry.ss = SILK_I386_KERNEL_DS | 3;
	at_entry.cs = SILK_I386_KERNEL_CS | 3;
	at_entry.eflags = 0x202;
	at_entry.eax = SILK_MAGIC;
	at_entry.esi = SILK_I386_INFO;
	at_entry.eip = entry;
	cpu = &at_entry;
}

/* [BOOT-7]: at the end of the highest RAM chunk of the direct map. */
static void ramdisk_load(void)
{
	u32 end = (info_page.low_chunks - (info_page.table_chunks - 1)) * CHUNK;
	u32 at = (end - ramdisk_length) & ~(PAGE - 1);

	if (!ramdisk_length)
		return;
	if (at <= kernel_end() || ramdisk_length > end)
		finish(BROKEN, "no room for the initial ramdisk");
	info_page.initrd = at;
	info_page.initrd_length = ramdisk_length;
	for (u32 done = 0; done < ramdisk_length; done += PAGE)
		memcpy(at_gpa(at + done), ramdisk + done,
		       ramdisk_length - done < PAGE ? ramdisk_length - done : PAGE);
}

void ramdisk_init(const u8 *from, u32 length)
{
	ramdisk = from;
	ramdisk_length = length;
}

void boot_again(void)
{
	const char *why;
	u32 entry;

	runs++;
	act_new_run();
	user_mode = false;
	memory_new_run();
	set_info();
	tables_new_run();
	flush_all();
	memset(&vcpu_page, 0, PAGE);
	memset(queue_page, 0, PAGE);
	rings_new_run();
	if (mood == POISONED) { /* ignored, and not promised to be 0 */
		fill_rubbish(vcpu_page.reserved0, sizeof(vcpu_page.reserved0));
		fill_rubbish(vcpu_page.reserved1, sizeof(vcpu_page.reserved1));
	}
	if (!kernel_fits(image, image_length, &entry, &why))
		finish(CRASHED, "the kernel can't be booted: %s", why);
	kernel_load(image);
	ramdisk_load();
	traps_new_run();
	cpu_new_run();
	clear_fpu();
	watch_new_run();
	time_new_run();
	console_new_run();
	block_new_run();
	net_new_run();
	set_registers(entry);
	view_load();
	enter_guest(cpu);
}

void life_init(const u8 *kernel, u32 length, u8 *room)
{
	image = first = kernel;
	image_length = first_length = length;
	kept = room;
}

static void look_at_answer(u32 reason)
{
	if (asked && reason == SILK_SHUTDOWN_REBOOT)
		broke(CL(LIFE, 11), "shutdown(POWEROFF) at event SHUTDOWN", "a reboot");
	asked = 0;
}

/* [LIFE-9] */
void asked_to_shut_down(void)
{
	asked = now();
	judged(CL(LIFE, 11));
	event(SILK_EVENT_SHUTDOWN);
}

void life_poll(void)
{
	if (!asked || now() < asked + PATIENCE)
		return;
	broke(CL(LIFE, 11), "shutdown(POWEROFF) at event SHUTDOWN",
	      "nothing in 5 seconds");
	finish(ENDED, "stopped by the stub");
}

void crash(u32 cause)
{
	static const char *const names[] = {
#define X(nr, name, text) [nr] = #name ": " text,
		SILK_CRASHES(X)
#undef X
	};

	early_end_of_run();
	if (spurious)
		broke(CL(EVT, 5), "an upcall without cause is borne",
		      "the guest crashed in the handler of one");
	else if (woken_early)
		broke(CL(EVT, 5), "a block that ends early is borne",
		      "the guest crashed behind one");
	if (mood == MINIMAL && cause == SILK_CRASH_GUEST && !said_something)
		broke(CL(GEN, 4), "to be told which features are needed",
		      "the guest gave up without a word");
	finish(CRASHED, "%s", names[cause]);
}

static u32 read_message(char *to, u32 message, u32 length)
{
	to[length] = '\0';
	if (!copy_in(to, message, length))
		return refuse(SILK_R_SHUTDOWN_MESSAGE, message);
	for (u32 i = 0; i < length; i++)
		if (to[i] < ' ' || to[i] > '~')
			to[i] = '?';
	return 0;
}

u32 call_shutdown(u32 reason, u32 message, u32 length)
{
	char text[SILK_MESSAGE_MAX + 1] = "";
	u32 error;

	if (reason > SILK_SHUTDOWN_CRASH)
		return refuse(SILK_R_SHUTDOWN_REASON, reason);
	if (length > SILK_MESSAGE_MAX)
		return refuse(SILK_R_SHUTDOWN_LENGTH, length);
	error = length ? read_message(text, message, length) : 0;
	if (error)
		return error;
	said_something |= length > 0;
	early_end_of_run();
	look_at_answer(reason);
	if (mood == MAJOR)
		finish(ENDED, "it went down before version 2: %s", text);
	if (reason == SILK_SHUTDOWN_CRASH) {
		note("message: %s", text);
		crash(SILK_CRASH_GUEST);
	}
	drop_all(); /* the last look at what was stale */
	if (reason == SILK_SHUTDOWN_REBOOT && runs < RUNS)
		boot_again();
	finish(ENDED, "%s %s", reason == SILK_SHUTDOWN_REBOOT ? "rebooted" : "powered off", text);
}

static bool image_owned(u32 gpa, u32 length)
{
	for (u32 c = gpa / CHUNK; c <= (gpa + (length - 1)) / CHUNK; c++)
		if (chunk_kind[c] != SILK_CHUNK_RAM)
			return false;
	return gpa + (length - 1) >= gpa;
}

u32 call_set_kernel(u32 gpa, u32 length, u32 c)
{
	bool offered = info_page.features[SILK_GROUP_CORE] & SILK_F_CORE_KERNEL;
	u8 *candidate;
	const char *why;
	u32 entry;

	(void)c;
	judged(CL(GEN, 4));
	if (!offered)
		broke(CL(GEN, 4), "no set_kernel without CORE_KERNEL", "%u bytes", length);
	if (length > SILK_KERNEL_MAX || (length && length < 52))
		return refuse(SILK_R_KERNEL_LENGTH, length);
	if (length == 0) {
		image = first;
		image_length = first_length;
		return 0;
	}
	if (!image_owned(gpa, length))
		return refuse(SILK_R_KERNEL_OWNER, gpa);
	if (length > CHUNK / 2)
		return refuse(SILK_R_KERNEL_MEMORY, length);
	candidate = image == kept ? kept + CHUNK / 2 : kept;
	for (u32 done = 0, part; done < length; done += part) {
		part = PAGE - (gpa + done) % PAGE;
		if (part > length - done)
			part = length - done;
		memcpy(candidate + done, at_gpa(gpa + done), part);
	}
	if (!kernel_fits(candidate, length, &entry, &why))
		return refuse(SILK_R_KERNEL_FORMAT, gpa);
	if (!offered || mood == SCARCE) {
		nasty(NASTY_NO_MEMORY);
		return refuse(SILK_R_KERNEL_MEMORY, length);
	}
	image = candidate;
	image_length = length;
	return 0;
}
