import { bigints, denseData, DTYPES, isBig, numbers, quote, strings, type Tensor } from "@hodu/core";

/** Shows single elements of a tensor, all in one style. */
export interface ElementFormat {
  /** The text of each element that is shown, by its row-major position. */
  readonly text: ReadonlyMap<number, string>;
  readonly width: number;
  readonly alignRight: boolean;
}

/** Longest string that is shown whole. */
const STRING_CHARACTERS = 60;

/** Formats the elements at the given positions. */
export function formatElements(tensor: Tensor, positions: readonly number[]): ElementFormat {
  const text = new Map<number, string>();
  const show = elementFormatter(tensor, positions);
  let width = 0;
  for (const position of positions) {
    const shown = show(position);
    width = Math.max(width, shown.length);
    text.set(position, shown);
  }
  return { text, width, alignRight: DTYPES[tensor.dtype].kind !== "string" };
}

function elementFormatter(tensor: Tensor, positions: readonly number[]): (position: number) => string {
  const { kind } = DTYPES[tensor.dtype];
  if (kind === "string") {
    const values = strings(tensor);
    return (position) => quote(shorten(values[position]));
  }
  if (isBig(tensor.dtype)) {
    const values = bigints(tensor);
    return (position) => String(values[position]);
  }
  if (kind === "complex") {
    const data = denseData(tensor) as Float32Array;
    const show = floatFormatter(positions.flatMap((position) => [data[2 * position], data[2 * position + 1]]));
    return (position) => {
      const imaginary = show(data[2 * position + 1]);
      return `${show(data[2 * position])}${imaginary.startsWith("-") ? "" : "+"}${imaginary}i`;
    };
  }
  const values = numbers(tensor);
  if (kind === "bool") return (position) => (values[position] === 0 ? "false" : "true");
  if (kind !== "float") return (position) => String(values[position]);
  const show = floatFormatter(positions.map((position) => values[position]));
  return (position) => show(values[position]);
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length > STRING_CHARACTERS ? `${characters.slice(0, STRING_CHARACTERS - 3).join("")}...` : text;
}

/** Decimals that are enough for a look. */
const DECIMALS = 4;

/** One notation for numbers that stand together: whole, with up to 4 decimals, or with an exponent. */
function floatFormatter(values: readonly number[]): (value: number) => string {
  const finite = values.filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (finite.every(Number.isInteger) && largest < 1e15) return (value) => formatNumber(value, String);
  if (largest >= 1e6 || largest < 1e-2) return (value) => formatNumber(value, (x) => x.toExponential(DECIMALS));
  let decimals = 1;
  while (
    decimals < DECIMALS &&
    finite.some((value) => Number(value.toFixed(decimals)) !== Number(value.toFixed(DECIMALS)))
  ) {
    decimals++;
  }
  return (value) => formatNumber(value, (x) => x.toFixed(decimals));
}

function formatNumber(value: number, finite: (value: number) => string): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  return finite(value);
}

/** `min -1.5, mean 0.25, max 3`, with what is not finite counted; empty where there is nothing to sum up. */
export function summarize(tensor: Tensor): string {
  const { kind } = DTYPES[tensor.dtype];
  if (kind === "string" || kind === "complex") return "";
  if (isBig(tensor.dtype)) return summarizeBig(bigints(tensor));
  const values = numbers(tensor);
  if (values.length < 2) return "";
  if (kind === "bool") return `${Array.from(values).filter((value) => value !== 0).length} of ${values.length} true`;
  return summarizeNumbers(values, kind === "float");
}

function summarizeBig(values: ArrayLike<bigint>): string {
  if (values.length < 2) return "";
  let [least, most] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    if (values[i] > most) most = values[i];
  }
  return `min ${least}, max ${most}`;
}

function summarizeNumbers(values: ArrayLike<number>, isFloat: boolean): string {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let finite = 0;
  let nan = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) nan++;
    if (!Number.isFinite(value)) continue;
    finite++;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const infinite = values.length - finite - nan;
  const parts: string[] = [];
  if (finite > 0) {
    parts.push(`min ${shortNumber(least)}`);
    if (isFloat) parts.push(`mean ${shortNumber(sum / finite)}`);
    parts.push(`max ${shortNumber(most)}`);
  }
  if (nan > 0) parts.push(`${nan} NaN`);
  if (infinite > 0) parts.push(`${infinite} infinite`);
  return parts.join(", ");
}

/** Five digits; with an exponent where there would be many zeros. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value, String);
  const rounded = Number(value.toPrecision(5));
  const size = Math.abs(rounded);
  return size === 0 || (size >= 1e-3 && size < 1e7) ? String(rounded) : rounded.toExponential();
}
