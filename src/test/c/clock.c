/*
 * A clock that is ahead, for a program that is started with LD_PRELOAD=<this library> and
 *
 *   CLOCK_AHEAD_S    by how many seconds
 *
 * It concerns the time of day only. How long something takes, and when a wait is over, is as ever.
 *
 * Build it: gcc -shared -fPIC -O2 -o clock.so clock.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static time_t ahead;

__attribute__((constructor)) static void start(void) {
    const char *seconds = getenv("CLOCK_AHEAD_S");
    real_clock_gettime = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    ahead = seconds == NULL ? 0 : (time_t) atol(seconds);
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *now) {
    if (real_clock_gettime == NULL) {
        start();
    }
    int result = real_clock_gettime(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) {
        now->tv_sec += ahead;
    }
    return result;
}
