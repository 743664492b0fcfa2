/*
 * The page under every generated file: C11 with the vector extensions of gcc 12 and clang 14, no library, no other header.
 * A kernel file names what it needs: HODU_VECTOR(f32x8, f32, 8) makes a type, HODU_WRAP(add, +, i32x8, u32x8) a function.
 * `t` is such a type, scalar or vector; functions of one value per lane are named hodu_<operation>_<type>.
 */
#ifndef HODU_H
#define HODU_H

/* Types: hodu_t is a register, hodu_mem_t the same in memory, at any address. A bool is 0 or 1, in vectors 0 or -1. */
#define HODU_SCALAR(t, c) \
  typedef c hodu_##t; \
  typedef c hodu_mem_##t __attribute__((aligned(1), may_alias));
#define HODU_VECTOR(t, s, lanes) \
  typedef hodu_##s hodu_##t __attribute__((vector_size(lanes * sizeof(hodu_##s)))); \
  typedef hodu_##s hodu_mem_##t __attribute__((vector_size(lanes * sizeof(hodu_##s)), aligned(1), may_alias));
HODU_SCALAR(i8, signed char)
HODU_SCALAR(u8, unsigned char)
HODU_SCALAR(i16, short)
HODU_SCALAR(u16, unsigned short)
HODU_SCALAR(i32, int)
HODU_SCALAR(u32, unsigned int)
HODU_SCALAR(i64, long long)
HODU_SCALAR(u64, unsigned long long)
HODU_SCALAR(f32, float)
HODU_SCALAR(f64, double)
typedef int hodu_bool;

/*
 * What a kernel is called with besides memory. parallel_for calls body(arguments, begin, end) for ranges that cover
 * 0..turns once, on any threads, returns when all have ended, with 0 or the status of the failing range that begins first.
 */
typedef hodu_i32 (*hodu_body)(void* arguments, hodu_i64 begin, hodu_i64 end);
typedef struct hodu_host {
  hodu_u64 size; /* of this struct; later fields come at its end */
  hodu_i32 (*parallel_for)(void* pool, hodu_i64 turns, hodu_body body, void* arguments);
  void* pool;
} hodu_host;

#define HODU_PARALLEL_FOR(host, turns, body, arguments) \
  ((host) == 0 ? (body)((arguments), 0, (turns)) : (host)->parallel_for((host)->pool, (turns), (body), (arguments)))
#define HODU_KERNEL __attribute__((visibility("default"))) hodu_i32
#define HODU_PART static __attribute__((noinline)) hodu_i32
#define HODU_INLINE static inline __attribute__((always_inline, unused))

/* Generated code has names that a build does not use, tests that a type makes true, and functions that are all inlined. */
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

/* One value per lane of a function of scalars. */
#define HODU_LANES_1(name, t, lanes, function) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a) { \
    hodu_##t r = a; \
    for (int lane = 0; lane < lanes; lane++) r[lane] = function(a[lane]); \
    return r; \
  }
#define HODU_LANES_3(name, t, lanes, function) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b, hodu_##t c) { \
    hodu_##t r = a; \
    for (int lane = 0; lane < lanes; lane++) r[lane] = function(a[lane], b[lane], c[lane]); \
    return r; \
  }
/* a * b + c, rounded once, by an instruction. */
#define HODU_FUSED(t, call) \
  HODU_INLINE hodu_##t hodu_fma_##t(hodu_##t a, hodu_##t b, hodu_##t c) { return call; }

#define HODU_LANES_TO(from, to, lanes, function) \
  HODU_INLINE hodu_##to hodu_##from##_to_##to(hodu_##from a) { \
    hodu_##to r = {0}; \
    for (int lane = 0; lane < lanes; lane++) r[lane] = function(a[lane]); \
    return r; \
  }

/* Vectors: all lanes the same, the lower and the upper half (the arguments are lane numbers), lanes by a mask of -1 and 0. */
#define HODU_BROADCAST(t, s, ...) \
  HODU_INLINE hodu_##t hodu_broadcast_##t(hodu_##s a) { return (hodu_##t){__VA_ARGS__}; }
#define HODU_HALF(name, t, h, ...) \
  HODU_INLINE hodu_##h hodu_##name##_##t(hodu_##t a) { return __builtin_shufflevector(a, a, __VA_ARGS__); }
#define HODU_SELECT(t, m) \
  HODU_INLINE hodu_##t hodu_select_##t(hodu_##m c, hodu_##t a, hodu_##t b) { \
    return (hodu_##t)((c & (hodu_##m)a) | (~c & (hodu_##m)b)); \
  }
#define HODU_CONVERT(from, to) \
  HODU_INLINE hodu_##to hodu_##from##_to_##to(hodu_##from a) { return __builtin_convertvector(a, hodu_##to); }
#define HODU_BITS(from, to) \
  HODU_INLINE hodu_##to hodu_bits_##from##_to_##to(hodu_##from a) { \
    hodu_##to r; \
    __builtin_memcpy(&r, &a, sizeof r); \
    return r; \
  }

#define HODU_REDUCE(name, t, s, expression) \
  HODU_INLINE hodu_##s hodu_##name##_##t(hodu_##t a) { return expression; }

/* Whole numbers wrap: `u` is the unsigned type of that width, or of 32 bits for smaller scalars, which C computes as int. */
#define HODU_WRAP(name, operator, t, u) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { \
    return (hodu_##t)((hodu_##u)a operator (hodu_##u)b); \
  }
#define HODU_NEGATE(t, u) \
  HODU_INLINE hodu_##t hodu_neg_##t(hodu_##t a) { return (hodu_##t)(0 - (hodu_##u)a); }
#define HODU_SHIFT(name, operator, t, u, most) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { \
    return (hodu_##t)((hodu_##u)a operator ((hodu_##u)b & most)); \
  }
#define HODU_ABS_INTEGER(t) \
  HODU_INLINE hodu_##t hodu_abs_##t(hodu_##t a) { return a < 0 ? hodu_neg_##t(a) : a; }
#define HODU_ABS_INTEGER_LANES(t) \
  HODU_INLINE hodu_##t hodu_abs_##t(hodu_##t a) { return hodu_select_##t((hodu_##t)(a < 0), hodu_neg_##t(a), a); }
#define HODU_LEADING_ZEROS(t, bits, wide, builtin) \
  HODU_INLINE hodu_##t hodu_clz_##t(hodu_##t a) { \
    return (hodu_##t)(a == 0 ? bits : builtin((hodu_##wide)a << (8 * sizeof(hodu_##wide) - bits))); \
  }
#define HODU_ONES(t, u, builtin) \
  HODU_INLINE hodu_##t hodu_popcount_##t(hodu_##t a) { return (hodu_##t)builtin((hodu_##u)a); }
#define HODU_PICK_INTEGER(name, operator, t) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { return a operator b ? a : b; }
#define HODU_PICK_INTEGER_LANES(name, operator, t, m) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { \
    return hodu_select_##t((hodu_##m)(a operator b), a, b); \
  }

/* Floats. `i` is the integer type of the width. Where a and b are equal, they differ in the sign of 0 at most. */
#define HODU_ABS_FLOAT(t, i, most) \
  HODU_INLINE hodu_##t hodu_abs_##t(hodu_##t a) { \
    return hodu_bits_##i##_to_##t(hodu_bits_##t##_to_##i(a) & most); \
  }
#define HODU_PICK_FLOAT(name, operator, signs, t, i) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { \
    if (a == b) return hodu_bits_##i##_to_##t(hodu_bits_##t##_to_##i(a) signs hodu_bits_##t##_to_##i(b)); \
    return a operator b || a != a ? a : b; \
  }
#define HODU_PICK_FLOAT_LANES(name, operator, signs, t, i) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { \
    hodu_##t r = hodu_select_##t((hodu_##i)(a operator b) | (hodu_##i)(a != a), a, b); \
    return hodu_select_##t((hodu_##i)(a == b), (hodu_##t)((hodu_##i)a signs (hodu_##i)b), r); \
  }
/* The same where b is a constant that is no NaN: one comparison, in which an equal zero gives the right one. */
#define HODU_PICK_CONSTANT(name, operator, t) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { return a operator b ? b : a; }
#define HODU_PICK_CONSTANT_LANES(name, operator, t, i) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t a, hodu_##t b) { \
    return hodu_select_##t((hodu_##i)(a operator b), b, a); \
  }

/* Memory. A masked access touches only lanes whose mask is not 0. */
#define HODU_LOAD_MASKED(t, m, lanes) \
  HODU_INLINE hodu_##t hodu_load_masked_##t(const void* p, hodu_##m c) { \
    hodu_##t r = {0}; \
    for (int lane = 0; lane < lanes; lane++) \
      if (c[lane]) __builtin_memcpy((char*)&r + lane * sizeof r[0], (const char*)p + lane * sizeof r[0], sizeof r[0]); \
    return r; \
  }
#define HODU_STORE_MASKED(t, m, lanes) \
  HODU_INLINE void hodu_store_masked_##t(void* p, hodu_##t a, hodu_##m c) { \
    for (int lane = 0; lane < lanes; lane++) \
      if (c[lane]) __builtin_memcpy((char*)p + lane * sizeof a[0], (const char*)&a + lane * sizeof a[0], sizeof a[0]); \
  }

/* acc + the products of two neighbouring words, in 32 bits. */
#define HODU_DOT2(t, u, a_t, b_t) \
  HODU_INLINE hodu_##t hodu_dot2_##t(hodu_##t acc, hodu_##a_t a, hodu_##b_t b) { \
    hodu_##u x = hodu_bits_##a_t##_to_##u(a), y = hodu_bits_##b_t##_to_##u(b), r = (hodu_##u)acc; \
    r += (hodu_##u)((hodu_##t)(x << 16) >> 16) * (hodu_##u)((hodu_##t)(y << 16) >> 16); \
    r += (hodu_##u)((hodu_##t)x >> 16) * (hodu_##u)((hodu_##t)y >> 16); \
    return (hodu_##t)r; \
  }
/* The instruction for the two products, by lanes of 32 bits. */
#define HODU_MADD_4 __builtin_ia32_pmaddwd128
#define HODU_MADD_8 __builtin_ia32_pmaddwd256
#ifdef __clang__
#define HODU_MADD_16 __builtin_ia32_pmaddwd512
#else
#define HODU_MADD_16(a, b) __builtin_ia32_pmaddwd512_mask((a), (b), (hodu_i32x16){0}, 0xffff)
#endif
#define HODU_DOT2_MADD(t, u, lanes, a_t, b_t) \
  HODU_INLINE hodu_##t hodu_dot2_##t(hodu_##t acc, hodu_##a_t a, hodu_##b_t b) { \
    return (hodu_##t)((hodu_##u)acc + (hodu_##u)HODU_MADD_##lanes(a, b)); \
  }

/* acc + the products of four neighbouring bytes, in 32 bits; `widen` is how a byte of `a` in the lowest place is read. */
#define HODU_BYTE_SIGNED(t, u, x) ((hodu_##u)((hodu_##t)((hodu_##u)(x) << 24) >> 24))
#define HODU_BYTE_UNSIGNED(t, u, x) ((hodu_##u)(x)&255u)
#define HODU_DOT4(name, t, u, a_t, b_t, widen) \
  HODU_INLINE hodu_##t hodu_##name##_##t(hodu_##t acc, hodu_##a_t a, hodu_##b_t b) { \
    hodu_##u x = hodu_bits_##a_t##_to_##u(a), y = hodu_bits_##b_t##_to_##u(b), r = (hodu_##u)acc; \
    for (int place = 0; place < 32; place += 8) r += widen(t, u, x >> place) * HODU_BYTE_SIGNED(t, u, y >> place); \
    return (hodu_##t)r; \
  }
/* The instruction for unsigned by signed bytes, by lanes of 32 bits. */
#ifdef __clang__
#define HODU_DPBUSD_4 __builtin_ia32_vpdpbusd128
#define HODU_DPBUSD_8 __builtin_ia32_vpdpbusd256
#define HODU_DPBUSD_16 __builtin_ia32_vpdpbusd512
#else
#define HODU_DPBUSD_4 __builtin_ia32_vpdpbusd_v4si
#define HODU_DPBUSD_8 __builtin_ia32_vpdpbusd_v8si
#define HODU_DPBUSD_16 __builtin_ia32_vpdpbusd_v16si
#endif
#define HODU_DOT4_VNNI(t, lanes, a_t, b_t) \
  HODU_INLINE hodu_##t hodu_dot4_u8_##t(hodu_##t acc, hodu_##a_t a, hodu_##b_t b) { \
    typedef int bare __attribute__((vector_size(4 * lanes))); \
    return (hodu_##t)HODU_DPBUSD_##lanes((bare)acc, (bare)a, (bare)b); \
  }

#include "hodu-float.h"

#endif
