/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file.h - what a file descriptor stands for: a file on the disk, the console,
 * or an end of a pipe.
 */
#ifndef MINI_FILE_H
#define MINI_FILE_H

#include "abi.h"
#include "base.h"

struct process;
struct inode;
struct pipe;

/* For process 1: descriptors 0, 1, 2 are the console. */
void files_init(struct process *p);
void files_copy(struct process *to, const struct process *from);
void files_close(struct process *p);

int file_open(const char *path);
int file_close(int fd);
int file_read(int fd, void *user, uint32_t n);
int file_write(int fd, const void *user, uint32_t n);
int file_seek(int fd, uint32_t offset);
int file_readdir(int fd, struct mini_dirent *user);
int file_dup(int fd, int to);
int file_pipe(int *user);

/* pipe.c */
struct pipe *pipe_create(void);
void pipe_close(struct pipe *p, bool writer);
int pipe_read(struct pipe *p, void *user, uint32_t n);
int pipe_write(struct pipe *p, const void *user, uint32_t n);

/* console.c */
void console_init(void);
int console_user_read(void *user, uint32_t n);
int console_user_write(const void *user, uint32_t n);
void console_foreground(int group);

#endif /* MINI_FILE_H */
