// SPDX-License-Identifier: GPL-2.0-only
/*
 * init.c - process 1: runs the shell on the console, again and again, and waits
 * for orphans.
 *
 * Words on the guest's command line change that: "autotest" runs /bin/selftest
 * and "run=PATH" any program, once, and then powers off.
 */
#include "mini.h"

static struct mini_system sys;

static const char *option(const char *name)
{
	const char *s = sys.cmdline;
	size_t n = strlen(name);

	for (; *s; s++)
		if ((s == sys.cmdline || s[-1] == ' ') && !strncmp(s, name, n))
			return s + n;
	return NULL;
}

static int start(const char *path)
{
	char *argv[] = { (char *)path, NULL };
	int pid = fork();

	if (pid == 0) {
		setgroup(0);
		print_error("init: %s: %s\n", path, error_text(exec(path, argv)));
		exit(127);
	}
	return pid;
}

static void wait_for(int pid)
{
	int status;

	while (wait(-1, &status, 0) != pid)
		continue;
}

static void show(const char *path)
{
	char text[256];
	int fd = open(path), n;

	if (fd < 0)
		return;
	while ((n = read(fd, text, sizeof(text))) > 0)
		write(1, text, (unsigned int)n);
	close(fd);
}

static NORETURN void run_once(const char *path)
{
	char copy[MINI_PATH];
	int pid;
	size_t n = 0;

	while (path[n] && path[n] != ' ' && n < sizeof(copy) - 1) {
		copy[n] = path[n];
		n++;
	}
	copy[n] = '\0';
	pid = start(copy);
	foreground(pid);
	wait_for(pid);
	shutdown(0);
	exit(1);
}

int main(void)
{
	sysinfo(&sys);
	if (option("autotest"))
		run_once("/bin/selftest");
	if (option("run="))
		run_once(option("run="));
	show("/etc/motd");
	for (;;) {
		int pid = start("/bin/sh");

		if (pid > 0)
			wait_for(pid);
		else
			sleep_ms(1000);
	}
}
