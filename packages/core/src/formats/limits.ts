/** Arrays and objects within each other: far more than any tensor has axes, far fewer than the stack holds. */
export const JSON_DEPTH = 100;

/** Digits of an integer: more than the largest double has, so a longer one fits no dtype. */
export const JSON_INTEGER_DIGITS = 310;

/** Bytes of a JSON text: a string of V8 has at most this many characters. */
export const MAX_JSON_BYTES = 2 ** 29 - 24;
