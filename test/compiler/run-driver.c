/* Runs a program of three steps alone, with threads, from two threads at once, and until it is cancelled. Ends with 0, or says what was wrong. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "run.h"

enum { TURNS = 1000, RUNS = 300, ENDLESS = 1000000000, SIZE = 7 };

typedef struct {
  const hodu_host* host;
  double times[4];
  hodu_state state;
  int values[3][TURNS];
} session;

static void fail(const char* what) {
  printf("%s\n", what);
  exit(1);
}

static hodu_i32 add_range(void* arguments, hodu_i64 begin, hodu_i64 end) {
  int* const* buffers = arguments;
  for (hodu_i64 turn = begin; turn < end; turn++) buffers[1][turn] = buffers[0][turn] + 1;
  return 0;
}

/* buffers[1] = buffers[0] + 1 */
static hodu_i32 add(const hodu_host* host, void* const* buffers, const hodu_i64* sizes) {
  if (sizes[0] != SIZE) fail("a kernel was not given the size");
  return HODU_PARALLEL_FOR(host, TURNS, add_range, (void*)buffers);
}

/* A guard on the first value of buffers[1], which must be above 0. */
static hodu_i32 check(const hodu_host* host, void* const* buffers, const hodu_i64* sizes) {
  (void)host, (void)sizes;
  return ((int*)buffers[1])[0] > 0 ? 0 : 9;
}

/* Whether the run that rests was cancelled, and how many ranges of it were begun. */
static int was_cancelled, begun;

static void sleep_a_little(void) {
  struct timespec some = {0, 1000000};
  nanosleep(&some, NULL);
}

/* Waits until the run is cancelled. */
static hodu_i32 rest_range(void* arguments, hodu_i64 begin, hodu_i64 end) {
  (void)arguments, (void)begin, (void)end;
  __atomic_fetch_add(&begun, 1, __ATOMIC_SEQ_CST);
  while (!__atomic_load_n(&was_cancelled, __ATOMIC_SEQ_CST)) sleep_a_little();
  return 0;
}

static hodu_i32 rest(const hodu_host* host, void* const* buffers, const hodu_i64* sizes) {
  (void)buffers, (void)sizes;
  return HODU_PARALLEL_FOR(host, ENDLESS, rest_range, NULL);
}

const hodu_step hodu_steps[] = {{add, 0, 2}, {add, 2, 2}, {check, 4, 2}, {rest, 0, 0}, {0, 0, 0}};
const hodu_u32 hodu_numbers[] = {0, 1, 1, 2, 0, 2, 0};

static hodu_i32 run(session* in, hodu_i32 last) {
  void* const memory[] = {in->values[0], in->values[1], in->values[2]};
  return hodu_run(in->host, memory, 0, last, in->times, &in->state);
}

static session* open_session(const hodu_host* host) {
  session* made = calloc(1, sizeof *made);
  if (made == NULL) exit(2);
  made->host = host;
  made->state.size = SIZE;
  return made;
}

static void* run_often(void* arguments) {
  session* const in = arguments;
  for (int i = 0; i < RUNS; i++) {
    for (int turn = 0; turn < TURNS; turn++) in->values[0][turn] = turn + i;
    if (run(in, 3) != 0 || in->state.step != 2) fail("a run failed");
    for (int turn = 0; turn < TURNS; turn++)
      if (in->values[2][turn] != turn + i + 2) fail("a run gave another value");
  }
  return NULL;
}

static void* cancel_when_resting(void* arguments) {
  session* const in = arguments;
  while (!__atomic_load_n(&begun, __ATOMIC_SEQ_CST)) sleep_a_little();
  __atomic_store_n(&in->state.cancelled, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&was_cancelled, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

static void check_host(const hodu_host* host, int threads) {
  session *first = open_session(host), *second = open_session(host);
  pthread_t other;
  if (pthread_create(&other, NULL, run_often, second) != 0) exit(2);
  run_often(first);
  pthread_join(other, NULL);
  first->values[0][0] = -9;
  if (run(first, 4) != 9 || first->state.step != 2) fail("a guard did not end the run at its step");
  if (first->times[0] < 0 || first->times[1] < 0) fail("a time is negative");
  first->values[0][0] = 1;
  was_cancelled = begun = 0;
  if (pthread_create(&other, NULL, cancel_when_resting, first) != 0) exit(2);
  if (run(first, 4) != HODU_CANCELLED || first->state.step != 3) fail("a run was not cancelled in its loop");
  pthread_join(other, NULL);
  if (begun > threads) fail("ranges of a loop were begun after it was cancelled");
  if (run(first, 4) != HODU_CANCELLED || first->state.step != 0) fail("a cancelled run began a step");
  free(first);
  free(second);
}

int main(void) {
  check_host(NULL, 1);
  for (hodu_i32 threads = 1; threads <= 4; threads++) {
    hodu_host* host = hodu_host_create(threads);
    if (host == NULL) return 2;
    check_host(host, threads);
    hodu_host_destroy(host);
  }
  return 0;
}
