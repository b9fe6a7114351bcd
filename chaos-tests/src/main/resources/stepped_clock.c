// SPDX-License-Identifier: Apache-2.0
//
// Preloaded into a process, it shows it a wall clock that is so many seconds off, as the file STEPPED_CLOCK says: one
// int64_t, which may change at any time. The monotonic clocks stay as they are, as they do when an administrator or NTP steps
// a machine's clock.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// A deadline below it is of the monotonic clock, which counts from the start of the machine.
#define WALL_CLOCK_FROM_S 1000000000

typedef int (*clock_gettime_fn)(clockid_t, struct timespec *);
typedef int (*timedwait_fn)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static const volatile int64_t *offset;
static clock_gettime_fn next_clock_gettime;
static timedwait_fn next_timedwait;

__attribute__((constructor)) static void find(void)
{
	const char *file = getenv("STEPPED_CLOCK");
	int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;

	next_clock_gettime = (clock_gettime_fn)dlsym(RTLD_NEXT, "clock_gettime");
	// On x86 there is an older one too, which dlsym may find.
	next_timedwait = (timedwait_fn)dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
	if (!next_timedwait)
		next_timedwait = (timedwait_fn)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
	if (fd >= 0) {
		void *mapped = mmap(NULL, sizeof(*offset), PROT_READ, MAP_SHARED, fd, 0);

		close(fd);
		offset = mapped == MAP_FAILED ? NULL : mapped;
	}
}

static int64_t offset_s(void)
{
	return offset ? *offset : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int status;

	if (!next_clock_gettime)
		find();
	status = next_clock_gettime(clock, now);
	if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		now->tv_sec += offset_s();
	return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec precise;
	int status = clock_gettime(CLOCK_REALTIME, &precise);

	(void)zone;
	now->tv_sec = precise.tv_sec;
	now->tv_usec = precise.tv_nsec / 1000;
	return status;
}

time_t time(time_t *now)
{
	struct timespec precise = {0};

	clock_gettime(CLOCK_REALTIME, &precise);
	if (now)
		*now = precise.tv_sec;
	return precise.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
			   const struct timespec *restrict deadline)
{
	struct timespec real = *deadline;

	if (real.tv_sec > WALL_CLOCK_FROM_S)
		real.tv_sec -= offset_s();
	return next_timedwait(cond, mutex, &real);
}
