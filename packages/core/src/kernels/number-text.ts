import type { DType } from "../dtypes/dtypes.ts";
import { decodeTable, encodeBf16, encodeE8m0, encodeF16, encodeFloat, FLOAT_LAYOUTS } from "../dtypes/float-codec.ts";
import { quote } from "../errors/quote.ts";
import type { KernelContext } from "./context.ts";

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
/** Longer texts are read as floats: their value is past 64 bits, or has leading zeros. */
const LONGEST_INTEGER = 40;

/** A number written in decimal, or INF, +INF, -INF, NaN in any case (ONNX Cast); blanks around it do not matter. */
export function parseNumber(text: string, context: Pick<KernelContext, "fail">): number {
  const trimmed = text.trim();
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  switch (trimmed.toLowerCase()) {
    case "inf":
    case "+inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    case "nan":
      return NaN;
    default:
      return context.fail(`${quote(text)} is not a number`);
  }
}

/** The integer part of a number in text, exact for integers; 0 for NaN and infinities. */
export function parseInteger(text: string, context: Pick<KernelContext, "fail">): bigint {
  const trimmed = text.trim();
  if (trimmed.length <= LONGEST_INTEGER && INTEGER.test(trimmed)) {
    return trimmed.startsWith("+") ? BigInt(trimmed.slice(1)) : BigInt(trimmed);
  }
  const value = parseNumber(trimmed, context);
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
}

/** The shortest plain decimal that reads back to the same value of its dtype (integers up to 2^53: all digits); INF, -INF and NaN for what has none. */
export function formatNumber(value: number | bigint, dtype: DType): string {
  if (typeof value === "bigint") return value.toString();
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-INF" : "INF";
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "-0" : String(value);
  for (let digits = 1; digits < 10 && dtype !== "f64"; digits++) {
    const text = value.toPrecision(digits);
    if (roundTo(Number(text), dtype) === value) return plain(text);
  }
  return plain(String(value));
}

function roundTo(value: number, dtype: DType): number {
  switch (dtype) {
    case "f32":
      return Math.fround(value);
    case "f16":
      return decodeTable(dtype)[encodeF16(value)];
    case "bf16":
      return decodeTable(dtype)[encodeBf16(value)];
    case "f8e8m0":
      return decodeTable(dtype)[encodeE8m0(value, "nearest", "saturate")];
    default:
      return decodeTable(dtype)[encodeFloat(value, FLOAT_LAYOUTS[dtype]!, "saturate")];
  }
}

/** `1.5e-7` without its exponent. */
function plain(text: string): string {
  const [mantissa, exponent] = text.split("e");
  if (exponent === undefined) return trimZeros(mantissa);
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return trimZeros(`${sign}0.${"0".repeat(-point)}${digits}`);
  return trimZeros(`${sign}${digits.padEnd(point, "0").slice(0, point)}.${digits.slice(point)}`);
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}
