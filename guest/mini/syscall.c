// SPDX-License-Identifier: GPL-2.0-only
/*
 * syscall.c - the system calls: what is the user's is checked here, then the
 * parts of the kernel do the work.
 *
 * Invariant: no address from a program is dereferenced but by copy_in,
 * copy_out and copy_string_in.
 */
#include "exec.h"
#include "ext2.h"
#include "cache.h"
#include "disk.h"
#include "file.h"
#include "page.h"
#include "print.h"
#include "process.h"
#include "time.h"
#include "upgrade.h"
#include "user.h"
#include "version.h"

/* entry.S passes arguments in registers. */
#define SYSCALL __attribute__((regparm(3))) static int

int copy_string_in(char *to, const char *user, size_t size)
{
	for (size_t n = 0; n < size; n++) {
		if (copy_in(&to[n], &user[n], 1))
			return -EFAULT;
		if (to[n] == '\0')
			return (int)n;
	}
	return -ENAMETOOLONG;
}

SYSCALL sys_exit(int status)
{
	process_exit(status & 255);
}

SYSCALL sys_fork(void)
{
	return process_fork();
}

static int copy_arguments(struct arguments *args, char *const *argv)
{
	for (;;) {
		const char *string;
		int n;

		if (copy_in(&string, argv + args->count, sizeof(string)))
			return -EFAULT;
		if (!string)
			return 0;
		n = copy_string_in(args->text + args->length, string,
				   PAGE_SIZE - args->length);
		if (n < 0)
			return n == -ENAMETOOLONG ? -E2BIG : n;
		args->length += (unsigned int)n + 1;
		args->count++;
	}
}

SYSCALL sys_exec(const char *user_path, char *const *argv)
{
	struct arguments args = { NULL, 0, 0 };
	char path[MINI_PATH];
	int error = copy_string_in(path, user_path, sizeof(path));
	uint32_t page;

	if (error < 0)
		return error;
	page = page_alloc();
	if (!page)
		return -ENOMEM;
	args.text = gpa_to_va(page);
	error = copy_arguments(&args, argv);
	if (!error)
		error = exec(path, &args);
	page_free(page);
	return error;
}

SYSCALL sys_wait(int pid, int *user_status, int flags)
{
	int status, result = process_wait(pid, &status, flags);

	if (result > 0 && user_status && copy_out(user_status, &status, sizeof(status)))
		return -EFAULT;
	return result;
}

SYSCALL sys_getpid(void)
{
	return current->pid;
}

SYSCALL sys_getppid(void)
{
	return current->parent ? current->parent->pid : 0;
}

SYSCALL sys_kill(int pid)
{
	if (pid == INT32_MIN)
		return -ESRCH;
	return process_kill_pid(pid, STATUS_KILLED + KILLED_BY_KILL);
}

SYSCALL sys_sleep(uint32_t ms)
{
	return sleep_until(time_ns() + (uint64_t)ms * NS_PER_MS) ? 0 : -EINTR;
}

SYSCALL sys_yield(void)
{
	sched_yield();
	return 0;
}

SYSCALL sys_time(struct mini_time *user)
{
	struct mini_time t = {
		.since_boot = time_ns(),
		.wall = time_wall_ns(),
		.stolen = vcpu()->stolen_ns,
		.idle = sched_idle_time(),
		.cpu = sched_cpu_time(current),
	};

	return copy_out(user, &t, sizeof(t));
}

SYSCALL sys_sbrk(int32_t bytes)
{
	uint32_t old;
	int error = space_sbrk(&current->space, bytes, &old);

	return error ? error : (int)old;
}

SYSCALL sys_open(const char *user_path)
{
	char path[MINI_PATH];
	int n = copy_string_in(path, user_path, sizeof(path));

	return n < 0 ? n : file_open(path);
}

SYSCALL sys_close(int fd)
{
	return file_close(fd);
}

SYSCALL sys_read(int fd, void *user, uint32_t n)
{
	return file_read(fd, user, n);
}

SYSCALL sys_write(int fd, const void *user, uint32_t n)
{
	return file_write(fd, user, n);
}

SYSCALL sys_seek(int fd, uint32_t offset)
{
	return file_seek(fd, offset);
}

static int open_user_path(const char *user_path, struct inode **inode)
{
	char path[MINI_PATH];
	int n = copy_string_in(path, user_path, sizeof(path));

	return n < 0 ? n : inode_open(current->cwd, path, inode);
}

SYSCALL sys_stat(const char *user_path, struct mini_stat *user)
{
	struct mini_stat st;
	struct inode *inode;
	int error = open_user_path(user_path, &inode);

	if (error)
		return error;
	st = (struct mini_stat){ inode->number, inode->size, inode->type };
	inode_put(inode);
	return copy_out(user, &st, sizeof(st));
}

SYSCALL sys_readdir(int fd, struct mini_dirent *user)
{
	return file_readdir(fd, user);
}

SYSCALL sys_dup(int fd, int to)
{
	return file_dup(fd, to);
}

SYSCALL sys_pipe(int *user)
{
	return file_pipe(user);
}

SYSCALL sys_chdir(const char *user_path)
{
	struct inode *inode;
	int error = open_user_path(user_path, &inode);

	if (error)
		return error;
	if (inode->type != MINI_DIRECTORY) {
		inode_put(inode);
		return -ENOTDIR;
	}
	if (current->cwd)
		inode_put(current->cwd);
	current->cwd = inode;
	return 0;
}

SYSCALL sys_setgroup(int group)
{
	if (group < 0)
		return -EINVAL;
	return current->group = group ? group : current->pid;
}

SYSCALL sys_foreground(int group)
{
	console_foreground(group);
	return 0;
}

SYSCALL sys_psinfo(uint32_t index, struct mini_ps *user)
{
	const struct process *p = process_slot(index);
	struct mini_ps ps;

	if (!p)
		return 0;
	memset(&ps, 0, sizeof(ps));
	if (p->state != UNUSED) {
		ps.pid = p->pid;
		ps.parent = p->parent ? p->parent->pid : 0;
		ps.group = p->group;
		ps.state = "-RSDZ"[p->state];
		memcpy(ps.name, p->name, sizeof(ps.name));
		ps.pages = p->state == ZOMBIE ? 0 : p->space.pages;
		ps.cpu = sched_cpu_time(p);
	}
	return copy_out(user, &ps, sizeof(ps)) ? -EFAULT : 1;
}

SYSCALL sys_meminfo(struct mini_memory *user)
{
	struct mini_memory m = {
		.chunks = info()->chunks,
		.pages = page_total(),
		.free_pages = page_unused(),
		.table_frames = tables_total_frames(),
		.free_table_frames = tables_free_frames(),
		.cache_pages = cache_pages(),
	};

	return copy_out(user, &m, sizeof(m));
}

SYSCALL sys_sysinfo(struct mini_system *user)
{
	static struct mini_system s; /* too big for the stack */

	memcpy(s.guest, info()->name, sizeof(s.guest));
	memcpy(s.hypervisor, info()->hypervisor, sizeof(s.hypervisor));
	memcpy(s.cmdline, info()->cmdline, sizeof(s.cmdline));
	strcpy(s.kernel, MINI_VERSION);
	s.abi = info()->version;
	return copy_out(user, &s, sizeof(s));
}

SYSCALL sys_upgrade(const char *user_path)
{
	struct inode *inode;
	int error = open_user_path(user_path, &inode);

	if (error)
		return error;
	error = inode->type == MINI_FILE ? upgrade(inode) : -EISDIR;
	inode_put(inode);
	return error;
}

SYSCALL sys_shutdown(int reason)
{
	if (reason == SILK_SHUTDOWN_CRASH)
		panic("process %d (%s) asked for it", current->pid, current->name);
	if (reason != SILK_SHUTDOWN_POWEROFF && reason != SILK_SHUTDOWN_REBOOT)
		return -EINVAL;
	hv_shutdown((uint32_t)reason, NULL, 0);
	return -EIO;
}

SYSCALL sys_disk_read(uint32_t disk, uint32_t block, void *user)
{
	return disk > UINT16_MAX ? -EINVAL : disk_transfer((uint16_t)disk, block, user, false);
}

SYSCALL sys_disk_write(uint32_t disk, uint32_t block, void *user)
{
	return disk > UINT16_MAX ? -EINVAL : disk_transfer((uint16_t)disk, block, user, true);
}

const void *const syscall_table[MINI_NR_SYSCALLS] = {
#define X(nr, name, text) [nr] = sys_##name,
	MINI_SYSCALLS(X)
#undef X
};
