import { type DType, quote } from "hodu-plugin-sdk";
import type { Header } from "./header.ts";
import type { Place } from "./place.ts";

/** How the elements of a .npy file are written. */
export interface Elements {
  readonly dtype: DType;
  /** Bytes of one element. */
  readonly bytes: number;
  /** Bytes of the numbers that an element is made of: a part of a complex number, a character of UTF-32. */
  readonly lane: Lane;
  /** The bytes of each number stand in reverse order: big-endian. */
  readonly isReversed: boolean;
}

/** Sizes of numbers. */
export type Lane = 1 | 2 | 4 | 8;

/** NumPy's kind and size of each dtype that both sides have. */
const DTYPES: ReadonlyMap<string, { readonly dtype: DType; readonly lane: Lane }> = new Map([
  ["b1", { dtype: "bool", lane: 1 }],
  ["i1", { dtype: "i8", lane: 1 }],
  ["i2", { dtype: "i16", lane: 2 }],
  ["i4", { dtype: "i32", lane: 4 }],
  ["i8", { dtype: "i64", lane: 8 }],
  ["u1", { dtype: "u8", lane: 1 }],
  ["u2", { dtype: "u16", lane: 2 }],
  ["u4", { dtype: "u32", lane: 4 }],
  ["u8", { dtype: "u64", lane: 8 }],
  ["f2", { dtype: "f16", lane: 2 }],
  ["f4", { dtype: "f32", lane: 4 }],
  ["f8", { dtype: "f64", lane: 8 }],
  ["c8", { dtype: "c64", lane: 4 }],
  ["c16", { dtype: "c128", lane: 8 }],
]);

/** What NumPy calls a dtype of ours, byte order included; undefined where it has none. Strings depend on their lengths. */
export function descrOf(dtype: DType): string | undefined {
  for (const [name, known] of DTYPES) {
    if (known.dtype === dtype) return `${known.lane === 1 ? "|" : "<"}${name}`;
  }
  return undefined;
}

/** What NumPy has and Hodu has not, by kind. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ["f", "floats of another size"],
  ["c", "complex numbers of another size"],
  ["M", "dates"],
  ["m", "spans of time"],
  ["V", "structures or raw bytes"],
]);

/** Dtypes that NumPy's extension ml_dtypes writes as raw bytes of that size, without their names. */
const RAW: ReadonlyMap<string, readonly DType[]> = new Map([
  ["V2", ["bf16"]],
  ["V1", ["f8e4m3fn", "f8e4m3fnuz", "f8e5m2", "f8e5m2fnuz", "f8e8m0"]],
  ["f1", ["f8e5m2"]],
]);

const DESCR = /^([<>=|]?)([A-Za-z])(\d{0,9})(?:\[.*\])?$/;
const python = (code: string): string => `python3 -c 'import numpy; a = numpy.load("x.npy"); ${code}'`;
const CAST_HINT = python('numpy.save("y.npy", a.astype("f4"))');
const FIELDS_HINT = python('numpy.savez("y.npz", **{name: a[name] for name in a.dtype.names})');
const RAW_HINT = python('import ml_dtypes; numpy.save("y.npy", a.view("bfloat16").astype("f4"))');
const PICKLE_HINT = CAST_HINT.replace('"x.npy"', '"x.npy", allow_pickle=True');

/**
 * How elements are written, by the descr of the header. `asked` is what raw bytes are read as, which is how NumPy saves bf16 and f8.
 * Throws UNSUPPORTED, POLICY (pickled objects), BAD_TENSOR_FILE.
 */
export function elementsOf(header: Header, asked: DType | undefined, place: Place): Elements {
  const { descr, descrAt: at } = header;
  if (descr === undefined) throw unsupported("structures", at, place, FIELDS_HINT);
  const [, order, kind, digits] = DESCR.exec(descr) ?? [];
  const wrong = { found: `the dtype ${quote(descr)}`, field: "header descr", at };
  if (kind === undefined) throw place.bad({ ...wrong, expected: "one such as '<f4'" });
  if (kind === "O") throw pickled(at, place);
  if (Number(digits) === 0) throw place.bad({ ...wrong, expected: "elements of at least one byte" });
  const bytes = Number(digits);
  const isReversed = order === ">";
  if (kind === "U") return { dtype: "string", bytes: 4 * bytes, lane: 4, isReversed };
  if (kind === "S") return { dtype: "string", bytes, lane: 1, isReversed: false };
  const known = DTYPES.get(kind + digits);
  if (known !== undefined) return { ...known, bytes, isReversed: isReversed && known.lane > 1 };
  const raw = RAW.get(kind + digits);
  if (raw !== undefined && asked !== undefined && raw.includes(asked)) {
    return { dtype: asked, bytes, lane: bytes === 2 ? 2 : 1, isReversed: isReversed && bytes === 2 };
  }
  if (raw !== undefined) throw nameless(descr, raw, at, place);
  throw unsupported(`${OTHER_KINDS.get(kind) ?? "a dtype"} (${quote(descr)})`, at, place);
}

function unsupported(found: string, at: number, place: Place, hint = CAST_HINT): Error {
  const expected = "bool, integers, f2, f4, f8, c8, c16 or strings";
  return place.unsupported({ found, expected, field: "header descr", at, hint });
}

function nameless(descr: string, dtypes: readonly DType[], at: number, place: Place): Error {
  return place.unsupported({
    found: `raw bytes (${quote(descr)}), as NumPy saves ${dtypes.join(" and ")} without a name`,
    expected: "a file that names its dtype, such as .safetensors or .hdt",
    field: "header descr",
    at,
    hint: dtypes.includes("bf16") ? RAW_HINT : RAW_HINT.replace("bfloat16", dtypes[0].replace("f8", "float8_")),
  });
}

function pickled(at: number, place: Place): Error {
  return place.error("POLICY", {
    found: "Python objects, which are pickled",
    expected: "elements of a plain dtype: reading a pickle runs what it says, and nothing makes Hodu do that",
    field: "header descr",
    at,
    hint: `${PICKLE_HINT} (only if you trust the file)`,
  });
}
