/* The wall clock of one process, ahead or behind by the seconds that stand in the file CHAOS_CLOCK (a 64-bit number); the monotonic clock
 * goes on. Not libfaketime: it turns clock_gettime but not cnd_timedwait of C11 threads, which librdkafka waits with, so that every wait
 * lasts the jump longer or no time at all.
 *     cc -shared -fPIC -O1 -o clock.so clock.c; LD_PRELOAD=./clock.so CHAOS_CLOCK=file … */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>

static volatile const int64_t *hand;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = file >= 0 ? mmap(NULL, sizeof *hand, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
    hand = page == MAP_FAILED ? NULL : page;
}

static int64_t ahead(void) { return hand ? *hand : 0; }

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int clock_gettime(clockid_t id, struct timespec *now) {
    REAL(clock_gettime);
    int done = real(id, now);
    if (done == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(gettimeofday);
    int done = real(now, zone);
    if (done == 0) now->tv_sec += ahead();
    return done;
}

int timespec_get(struct timespec *now, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict lock, const struct timespec *restrict until) {
    REAL(cnd_timedwait);
    struct timespec true_until = *until;
    true_until.tv_sec -= ahead();
    return real(condition, lock, &true_until);
}
