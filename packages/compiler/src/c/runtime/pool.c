/*
 * One loop at a time. Its state is one word: a number that grows with each loop, whether workers may still enter, and how many are
 * inside. Workers spin for a while for the next loop and then sleep. The caller works too, closes the loop when no range is left,
 * and waits until nobody is inside; a worker that wakes late finds the loop closed. So nothing is read of a loop after its call.
 */
#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
  MOST_THREADS = 256,
  /* Looks at the state before a thread sleeps: some 20 to 50 microseconds, what waking costs. */
  SPINS = 4096,
  /* Ranges for each thread when they are given out dynamically: enough to even out, few enough not to be felt. */
  RANGES_PER_THREAD = 8,
  /* Of each thread: kernels keep their arrays there, and some C libraries give 128 KiB. */
  STACK_BYTES = 8 << 20
};

/* The state: bit 0 open, bits 1 to 15 workers inside, the rest the number of the loop. */
#define OPEN ((hodu_u64)1)
#define ONE_INSIDE ((hodu_u64)2)
#define INSIDE ((hodu_u64)0xfffe)
#define ONE_LOOP ((hodu_u64)0x10000)

struct hodu_pool {
  _Atomic hodu_u64 state;
  /* The loop: written while it is closed and nobody is inside. */
  hodu_body body;
  void* arguments;
  hodu_i64 turns, range;
  _Atomic hodu_i64 next;
  /* Where the first failing range begins, and its status; the status is written under the lock. */
  _Atomic hodu_i64 failed_at;
  hodu_i32 status;

  atomic_flag busy;
  atomic_int sleepers, waiting, stopped;
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  hodu_i32 workers, split;
  pthread_t threads[MOST_THREADS - 1];
};

static void pause_once(void) {
#if defined __x86_64__ || defined __i386__
  __builtin_ia32_pause();
#elif defined __aarch64__
  __asm__ volatile("yield");
#endif
}

static void note_failure(hodu_pool* pool, hodu_i64 begin, hodu_i32 status) {
  pthread_mutex_lock(&pool->lock);
  if (begin < atomic_load(&pool->failed_at)) {
    pool->status = status;
    atomic_store(&pool->failed_at, begin);
  }
  pthread_mutex_unlock(&pool->lock);
}

/* Takes ranges until none is left. Ranges behind a failed one are dropped. */
static void work(hodu_pool* pool) {
  for (;;) {
    hodu_i64 begin = atomic_fetch_add(&pool->next, pool->range), end;
    if (begin >= pool->turns || begin > atomic_load(&pool->failed_at)) return;
    end = pool->turns - begin > pool->range ? begin + pool->range : pool->turns;
    hodu_i32 status = pool->body(pool->arguments, begin, end);
    if (status != 0) note_failure(pool, begin, status);
  }
}

/* Whether there is a loop to enter that was not seen before. */
static int is_new(hodu_u64 state, hodu_u64 seen) { return (state & OPEN) != 0 && state / ONE_LOOP != seen; }

/* Waits for a loop or the end of the pool: first awake, then asleep. */
static void await_loop(hodu_pool* pool, hodu_u64 seen) {
  for (int spin = 0; spin < SPINS; spin++) {
    if (is_new(atomic_load(&pool->state), seen) || atomic_load(&pool->stopped)) return;
    pause_once();
  }
  pthread_mutex_lock(&pool->lock);
  atomic_fetch_add(&pool->sleepers, 1);
  while (!is_new(atomic_load(&pool->state), seen) && !atomic_load(&pool->stopped))
    pthread_cond_wait(&pool->wake, &pool->lock);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->lock);
}

static void leave(hodu_pool* pool) {
  hodu_u64 before = atomic_fetch_sub(&pool->state, ONE_INSIDE);
  if ((before & INSIDE) != ONE_INSIDE || !atomic_load(&pool->waiting)) return;
  pthread_mutex_lock(&pool->lock);
  pthread_cond_signal(&pool->done);
  pthread_mutex_unlock(&pool->lock);
}

static void* run_worker(void* argument) {
  hodu_pool* pool = argument;
  hodu_u64 seen = 0;
  while (!atomic_load(&pool->stopped)) {
    hodu_u64 state = atomic_load(&pool->state);
    if (!is_new(state, seen)) {
      await_loop(pool, seen);
    } else if (atomic_compare_exchange_weak(&pool->state, &state, state + ONE_INSIDE)) {
      seen = state / ONE_LOOP;
      work(pool);
      leave(pool);
    }
  }
  return NULL;
}

static void open_loop(hodu_pool* pool, hodu_i64 turns, hodu_body body, void* arguments) {
  hodu_i64 threads = pool->workers + 1, ranges = pool->split == HODU_SPLIT_DYNAMIC ? threads * RANGES_PER_THREAD : threads;
  pool->body = body;
  pool->arguments = arguments;
  pool->turns = turns;
  pool->range = turns / ranges + (turns % ranges != 0);
  pool->status = 0;
  atomic_store(&pool->next, 0);
  atomic_store(&pool->failed_at, turns);
  atomic_fetch_add(&pool->state, ONE_LOOP + OPEN);
  if (atomic_load(&pool->sleepers) == 0) return;
  pthread_mutex_lock(&pool->lock);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
}

/* Lets nobody in any more and waits until nobody is inside. */
static void close_loop(hodu_pool* pool) {
  atomic_fetch_and(&pool->state, ~OPEN);
  for (int spin = 0; spin < SPINS; spin++) {
    if ((atomic_load(&pool->state) & INSIDE) == 0) return;
    pause_once();
  }
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->waiting, 1);
  while ((atomic_load(&pool->state) & INSIDE) != 0) pthread_cond_wait(&pool->done, &pool->lock);
  atomic_store(&pool->waiting, 0);
  pthread_mutex_unlock(&pool->lock);
}

hodu_i32 hodu_pool_parallel_for(void* argument, hodu_i64 turns, hodu_body body, void* arguments) {
  hodu_pool* pool = argument;
  if (turns <= 0) return 0;
  if (turns == 1 || pool->workers == 0 || atomic_flag_test_and_set(&pool->busy)) return body(arguments, 0, turns);
  open_loop(pool, turns, body, arguments);
  work(pool);
  close_loop(pool);
  hodu_i32 status = pool->status;
  atomic_flag_clear(&pool->busy);
  return status;
}

hodu_i32 hodu_pool_threads(const hodu_pool* pool) { return pool->workers + 1; }

hodu_pool* hodu_pool_create(hodu_i32 threads, hodu_i32 split) {
  hodu_pool* pool = calloc(1, sizeof *pool);
  if (pool == NULL) return NULL;
  atomic_flag_clear(&pool->busy);
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->split = split;
  if (threads > MOST_THREADS) threads = MOST_THREADS;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  while (pool->workers < threads - 1) {
    if (pthread_create(&pool->threads[pool->workers], &attributes, run_worker, pool) != 0) break;
    pool->workers++;
  }
  pthread_attr_destroy(&attributes);
  return pool;
}

void hodu_pool_destroy(hodu_pool* pool) {
  if (pool == NULL) return;
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->stopped, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
  for (hodu_i32 i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_mutex_destroy(&pool->lock);
  pthread_cond_destroy(&pool->wake);
  pthread_cond_destroy(&pool->done);
  free(pool);
}
