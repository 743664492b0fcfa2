/*
 * The part of hodu.h that rounds and converts floats; hodu.h includes it. It holds where the processor does what IEEE 754 says by
 * default: rounding to nearest even, subnormal numbers kept.
 */
#ifndef HODU_FLOAT_H
#define HODU_FLOAT_H

/* Rounding without an instruction for it: from `big` on (2^23, 2^52) all floats are whole; below it an addition rounds to even. */
#define HODU_SIGN(t, i, most) \
  HODU_INLINE hodu_##t hodu_sign_##t(hodu_##t a, hodu_##t sign) { \
    return hodu_bits_##i##_to_##t((hodu_bits_##t##_to_##i(a) & most) | (hodu_bits_##t##_to_##i(sign) & ~most)); \
  }
#define HODU_ROUND(t, big) \
  HODU_INLINE hodu_##t hodu_round_##t(hodu_##t a) { \
    hodu_##t x = hodu_abs_##t(a); \
    return x < big ? hodu_sign_##t((x + big) - big, a) : a; \
  }
#define HODU_FLOOR(t) \
  HODU_INLINE hodu_##t hodu_floor_##t(hodu_##t a) { \
    hodu_##t r = hodu_round_##t(a); \
    return r > a ? r - 1 : r; \
  }
#define HODU_CEIL(t) \
  HODU_INLINE hodu_##t hodu_ceil_##t(hodu_##t a) { \
    hodu_##t r = hodu_round_##t(a); \
    return r < a ? hodu_sign_##t(r + 1, a) : r; \
  }
#define HODU_TRUNC(t) \
  HODU_INLINE hodu_##t hodu_trunc_##t(hodu_##t a) { \
    hodu_##t x = hodu_abs_##t(a), r = hodu_round_##t(x); \
    return hodu_sign_##t(r > x ? r - 1 : r, a); \
  }

/*
 * Float to integer: towards 0; what is past the ends becomes the end; NaN becomes 0. `low` and `past` are floats that enclose what
 * fits: the least value, and one past the greatest. HODU_CLAMP_LANES is for integers whose ends are floats. `i` is as wide as `from`.
 */
#define HODU_SATURATE(from, to, low, past, least, most) \
  HODU_INLINE hodu_##to hodu_##from##_to_##to(hodu_##from a) { \
    if (a >= past) return most; \
    return a >= low ? (hodu_##to)a : a < low ? least : 0; \
  }
#define HODU_SATURATE_LANES(from, to, i, low, past, least, most) \
  HODU_INLINE hodu_##to hodu_##from##_to_##to(hodu_##from a) { \
    hodu_##i over = (hodu_##i)(a >= past), under = (hodu_##i)(a < low), inside = (hodu_##i)(a >= low) & ~over; \
    hodu_##i r = (hodu_##i)__builtin_convertvector((hodu_##from)((hodu_##i)a & inside), hodu_##to); \
    return (hodu_##to)(r | (under & (hodu_##i)((hodu_##to){0} + least)) | (over & (hodu_##i)((hodu_##to){0} + most))); \
  }
#define HODU_CLAMP_LANES(from, to, i, low, high) \
  HODU_INLINE hodu_##to hodu_##from##_to_##to(hodu_##from a) { \
    hodu_##i under = (hodu_##i)(a < low), over = (hodu_##i)(a > high), inside = (hodu_##i)(a >= low) & ~over; \
    hodu_##i ends = (under & (hodu_##i)((hodu_##from){0} + low)) | (over & (hodu_##i)((hodu_##from){0} + high)); \
    hodu_##from x = (hodu_##from)(((hodu_##i)a & inside) | ends); \
    return __builtin_convertvector(__builtin_convertvector(x, hodu_##i), hodu_##to); \
  }

/* Half floats stand in the lower half of 32 bits. `minus` is - for scalars: a truth is then all bits, as it is in vectors. */
#define HODU_FROM_F16(t, u, minus) \
  HODU_INLINE hodu_##t hodu_from_f16_##t(hodu_##u a) { \
    hodu_##u x = (a & 0x7fffu) << 13, special = (hodu_##u)(minus(x >= 0x0f800000u)); \
    hodu_##u r = hodu_bits_##t##_to_##u(hodu_bits_##u##_to_##t(x) * 0x1p112f); \
    return hodu_bits_##u##_to_##t(r | (special & 0x7f800000u) | ((a & 0x8000u) << 16)); \
  }
#define HODU_TO_F16(t, u, minus) \
  HODU_INLINE hodu_##u hodu_to_f16_##t(hodu_##t a) { \
    hodu_##u bits = hodu_bits_##t##_to_##u(a), x = bits & 0x7fffffffu; \
    hodu_##u tiny = (hodu_##u)(minus(x < 0x38800000u)), huge = (hodu_##u)(minus(x >= 0x47800000u)); \
    hodu_##u normal = (x - 0x38000000u + 0xfffu + ((x >> 13) & 1u)) >> 13; \
    hodu_##u small = hodu_bits_##t##_to_##u(hodu_bits_##u##_to_##t(x) + 0.5f) - 0x3f000000u; \
    hodu_##u special = ((hodu_##u)(minus(x > 0x7f800000u)) & 0x200u) | 0x7c00u; \
    return (tiny & small) | (huge & special) | (~(tiny | huge) & normal) | ((bits >> 16) & 0x8000u); \
  }
/* The instructions for it, for vectors of 8. */
#define HODU_FROM_F16_1(t, h) \
  HODU_INLINE hodu_##t hodu_from_f16_##t(hodu_##h a) { \
    typedef short bare __attribute__((vector_size(16))); \
    return __builtin_ia32_vcvtph2ps((bare){(short)a})[0]; \
  }
#define HODU_TO_F16_1(t, h) \
  HODU_INLINE hodu_##h hodu_to_f16_##t(hodu_##t a) { \
    typedef float four __attribute__((vector_size(16))); \
    return (hodu_##h)__builtin_ia32_vcvtps2ph((four){a}, 0)[0]; \
  }
#define HODU_FROM_F16_8(t, h) \
  HODU_INLINE hodu_##t hodu_from_f16_##t(hodu_##h a) { \
    typedef short bare __attribute__((vector_size(16))); \
    return (hodu_##t)__builtin_ia32_vcvtph2ps256((bare)a); \
  }
#define HODU_TO_F16_8(t, h) \
  HODU_INLINE hodu_##h hodu_to_f16_##t(hodu_##t a) { return (hodu_##h)__builtin_ia32_vcvtps2ph256(a, 0); }
#define HODU_FROM_F16_16(t, h) \
  HODU_INLINE hodu_##t hodu_from_f16_##t(hodu_##h a) { \
    typedef short bare __attribute__((vector_size(32))); \
    return (hodu_##t)__builtin_ia32_vcvtph2ps512_mask((bare)a, (hodu_##t){0}, -1, 4); \
  }
#define HODU_TO_F16_16(t, h) \
  HODU_INLINE hodu_##h hodu_to_f16_##t(hodu_##t a) { \
    typedef short bare __attribute__((vector_size(32))); \
    return (hodu_##h)__builtin_ia32_vcvtps2ph512_mask(a, 0, (bare){0}, -1); \
  }
#define HODU_FROM_BF16(t, u) \
  HODU_INLINE hodu_##t hodu_from_bf16_##t(hodu_##u a) { return hodu_bits_##u##_to_##t(a << 16); }
#define HODU_TO_BF16(t, u, minus) \
  HODU_INLINE hodu_##u hodu_to_bf16_##t(hodu_##t a) { \
    hodu_##u x = hodu_bits_##t##_to_##u(a), nan = (hodu_##u)(minus((x & 0x7fffffffu) > 0x7f800000u)); \
    return (nan & 0x7fc0u) | (~nan & ((x + 0x7fffu + ((x >> 16) & 1u)) >> 16)); \
  }

/* a * b + c rounded once, in f32: the double sum of an exact product, its last bit made odd where it was not exact, rounds right. */
HODU_INLINE hodu_f32 hodu_soft_fma_f32(hodu_f32 a, hodu_f32 b, hodu_f32 c) {
  hodu_f64 product = (hodu_f64)a * b, addend = c, sum = product + addend;
  hodu_f64 part = sum - product, error = (product - (sum - part)) + (addend - part);
  hodu_i64 bits;
  __builtin_memcpy(&bits, &sum, sizeof bits);
  if (error == 0 || error != error || (bits & 1) != 0) return (hodu_f32)sum;
  bits += (error > 0) == (sum > 0) ? 1 : -1;
  __builtin_memcpy(&sum, &bits, sizeof sum);
  return (hodu_f32)sum;
}

/*
 * The same in f64, in integers: value = significand * 2^exponent. Both terms get their first bit in place 125, where the product has
 * 20 zeros behind it; the smaller one is shifted down to the larger and keeps a mark (bit 0) of what was lost.
 */
__extension__ typedef unsigned __int128 hodu_u128;
HODU_INLINE hodu_u64 hodu_significand(hodu_f64 a, hodu_i64* exponent) {
  hodu_u64 bits, field;
  __builtin_memcpy(&bits, &a, sizeof bits);
  field = (bits >> 52) & 0x7ff;
  *exponent = (field == 0 ? 1 : (hodu_i64)field) - 1075;
  return (bits & 0xfffffffffffffu) | (field == 0 ? 0 : (hodu_u64)1 << 52);
}
HODU_INLINE int hodu_zeros_128(hodu_u128 a) {
  hodu_u64 high = (hodu_u64)(a >> 64);
  return high != 0 ? __builtin_clzll(high) : 64 + __builtin_clzll((hodu_u64)a);
}
HODU_INLINE hodu_u128 hodu_shift_marked(hodu_u128 a, hodu_i64 distance) {
  if (distance >= 128) return a != 0;
  return distance <= 0 ? a : (a >> distance) | ((a << (128 - distance)) != 0);
}
/* significand * 2^exponent, rounded to nearest even. */
HODU_INLINE hodu_f64 hodu_round_128(int negative, hodu_u128 significand, hodu_i64 exponent) {
  hodu_i64 last = exponent + 127 - hodu_zeros_128(significand) - 52, down;
  if (last < -1074) last = -1074;
  down = last - exponent;
  hodu_u128 marked = down < 2 ? significand << (2 - down) : hodu_shift_marked(significand, down - 2);
  hodu_u64 quarters = (hodu_u64)marked, bits = quarters >> 2, rest = quarters & 3;
  bits += rest > 2 || (rest == 2 && (bits & 1) != 0);
  bits = last > 971 ? 0x7ff0000000000000u : bits + ((hodu_u64)(last + 1074) << 52);
  bits |= (hodu_u64)negative << 63;
  hodu_f64 r;
  __builtin_memcpy(&r, &bits, sizeof r);
  return r;
}
HODU_INLINE hodu_f64 hodu_soft_fma_f64(hodu_f64 a, hodu_f64 b, hodu_f64 c) {
  if (!(a - a == 0 && b - b == 0) || a == 0 || b == 0) return a * b + c;
  if (!(c - c == 0)) return c;
  if (c == 0) return a * b;
  hodu_i64 a_exponent, b_exponent, c_exponent;
  hodu_u128 product = (hodu_u128)hodu_significand(a, &a_exponent) * hodu_significand(b, &b_exponent);
  hodu_u128 addend = hodu_significand(c, &c_exponent), sum;
  int negative = (a < 0) != (b < 0), c_negative = c < 0, up = hodu_zeros_128(product) - 2, c_up = hodu_zeros_128(addend) - 2;
  hodu_i64 exponent = a_exponent + b_exponent - up;
  product <<= up;
  addend <<= c_up;
  c_exponent -= c_up;
  if (exponent < c_exponent) {
    product = hodu_shift_marked(product, c_exponent - exponent);
    exponent = c_exponent;
  } else {
    addend = hodu_shift_marked(addend, exponent - c_exponent);
  }
  if (negative == c_negative) return hodu_round_128(negative, product + addend, exponent);
  if (product == addend) return 0;
  if (product < addend) negative = c_negative;
  sum = product < addend ? addend - product : product - addend;
  return hodu_round_128(negative, sum, exponent);
}

#endif
