/*
 * Threads for parallel loops: what a host gives to kernels as hodu_host.parallel_for. Needs pthreads and C11 atomics; generated code
 * needs neither.
 */
#ifndef HODU_POOL_H
#define HODU_POOL_H

#include "hodu.h"

typedef struct hodu_pool hodu_pool;

/* How turns are given to threads: one equal range for each, or small ranges to whoever is free. */
enum { HODU_SPLIT_EQUAL = 0, HODU_SPLIT_DYNAMIC = 1 };

/*
 * A pool in which `threads` threads work on a loop, the caller among them (1 to 256). NULL without memory; with fewer threads than asked
 * for where the system gives no more.
 */
hodu_pool* hodu_pool_create(hodu_i32 threads, hodu_i32 split);

/* How many threads work on a loop, the caller among them. */
hodu_i32 hodu_pool_threads(const hodu_pool* pool);

/*
 * Calls body for ranges that cover 0..turns once and returns when all have ended: 0, or the status of the failing range that begins
 * first; ranges behind it may have been left out. A call from within a body, or while another thread's loop is under way, runs on the
 * caller's thread alone. `pool` is a hodu_pool.
 */
hodu_i32 hodu_pool_parallel_for(void* pool, hodu_i64 turns, hodu_body body, void* arguments);

/* Ends the threads and frees the pool. No loop may be under way. */
void hodu_pool_destroy(hodu_pool* pool);

#endif
