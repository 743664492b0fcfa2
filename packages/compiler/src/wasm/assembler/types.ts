/** The types of operands, locals and parameters; handles of tables and references are not among them. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** The types of globals: constants of v128 are written where they are used. */
export type ScalarType = Exclude<ValueType, "v128">;

/** What a function takes and gives, first to last. */
export interface FunctionType<P extends readonly ValueType[] = readonly ValueType[]> {
  readonly params: P;
  readonly results: readonly ValueType[];
}

/** The byte that stands for a type. WebAssembly core specification 2.0, section 5.3. */
export const TYPE_CODES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const satisfies Record<
  ValueType,
  number
>;

/** The code of an operand whose type nothing tells: taken from a stack that no run reaches. */
export const ANY_TYPE = 0;

/** The name of a code of TYPE_CODES, for messages and dumps. */
export function typeName(code: number): string {
  const found = Object.entries(TYPE_CODES).find(([, known]) => known === code);
  return found === undefined ? "any" : found[0];
}

/** Codes of types, in their order. */
export function codesOf(types: readonly ValueType[]): readonly number[] {
  return types.map((type) => TYPE_CODES[type]);
}

/** A type of functions as text, such as `(i32 i32) -> (f32)`; equal for equal types. */
export function typeText({ params, results }: FunctionType): string {
  return `(${params.join(" ")}) -> (${results.join(" ")})`;
}

/** How large a memory is and may become, in pages of 64 KiB. A shared one needs `max`. */
export interface MemoryLimits {
  readonly min: number;
  readonly max?: number;
  readonly shared?: boolean;
}
