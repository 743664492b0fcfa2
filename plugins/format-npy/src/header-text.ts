import { quote } from "hodu-plugin-sdk";
import { HeaderScanner, HeaderTextError } from "./header-scanner.ts";
import { MAX_RANK } from "./limits.ts";

/** What a .npy header says. */
export interface HeaderFields {
  /** The dtype as NumPy writes it; undefined for a structured one, which is a list. */
  readonly descr: string | undefined;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values of descr and shape stand. */
  readonly descrAt: number;
  readonly shapeAt: number;
}

/** A value and where it stands. */
interface Placed<T> {
  readonly value: T;
  readonly at: number;
}

const KEYS = "descr, fortran_order and shape";

/** Digits of the largest safe integer. */
const MAX_DIGITS = 16;

/**
 * Reads the text of a header: a Python dict literal of exactly the keys descr, fortran_order and shape, and white space.
 * Nothing else of Python is known, and nothing recurses. Throws HeaderTextError.
 */
export function readHeaderText(text: string): HeaderFields {
  const scanner = new HeaderScanner(text);
  let descr: Placed<string | undefined> | undefined;
  let order: Placed<boolean> | undefined;
  let shape: Placed<readonly number[]> | undefined;
  for (let isFirst = true; nextKey(scanner, isFirst); isFirst = false) {
    const start = scanner.at;
    const key = readText(scanner);
    scanner.expect(":");
    const at = scanner.at;
    if (key === "descr" && descr === undefined) descr = { value: readDescr(scanner), at };
    else if (key === "fortran_order" && order === undefined) order = { value: readBool(scanner), at };
    else if (key === "shape" && shape === undefined) shape = { value: readShape(scanner), at };
    else throw new HeaderTextError(start, `the key ${quote(key)}`, `${KEYS}, each once`);
  }
  if (scanner.peek() !== "") throw scanner.wrong("the end of the header");
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new HeaderTextError(0, "a header without one of its keys", KEYS);
  }
  return {
    descr: descr.value,
    fortranOrder: order.value,
    shape: shape.value,
    descrAt: descr.at,
    shapeAt: shape.at,
  };
}

/** Goes to the next key of the dict, its opening brace included; false past its closing one. A comma may follow the last value. */
function nextKey(scanner: HeaderScanner, isFirst: boolean): boolean {
  if (isFirst) scanner.expect("{");
  if (scanner.take("}")) return false;
  if (isFirst) return true;
  scanner.expect(",");
  return !scanner.take("}");
}

function readDescr(scanner: HeaderScanner): string | undefined {
  const next = scanner.peek();
  if (next === "'" || next === '"') return readText(scanner);
  if (next !== "[" && next !== "(") throw scanner.wrong("a dtype in quotes");
  skipBrackets(scanner);
  return undefined;
}

function readBool(scanner: HeaderScanner): boolean {
  const found = scanner.match(/True|False/y);
  if (found === undefined) throw scanner.wrong("True or False");
  return found === "True";
}

function readShape(scanner: HeaderScanner): number[] {
  const dims: number[] = [];
  scanner.expect("(");
  while (!scanner.take(")")) {
    if (dims.length > 0) scanner.expect(",");
    if (dims.length > 0 && scanner.take(")")) break;
    if (dims.length === MAX_RANK) throw scanner.wrong(`at most ${MAX_RANK} dims`);
    dims.push(readDim(scanner));
    // (3) is a number in Python, (3,) a tuple
    if (dims.length === 1 && scanner.peek() !== ",") throw scanner.wrong('","');
  }
  return dims;
}

function readDim(scanner: HeaderScanner): number {
  const at = scanner.at;
  // Python 2 wrote some integers as 3L
  const digits = scanner.match(/\d+L?(?=[,)\s])/y)?.replace("L", "");
  if (digits === undefined) throw scanner.wrong("a dim: an integer of 0 or more");
  const dim = Number(digits);
  if (digits.length <= MAX_DIGITS && Number.isSafeInteger(dim)) return dim;
  throw new HeaderTextError(at, `a dim of ${quote(digits)}`, "less than 2^53");
}

function readText(scanner: HeaderScanner): string {
  const found = scanner.match(/'[^'\\\n]*'|"[^"\\\n]*"/y);
  if (found === undefined) throw scanner.wrong("text in quotes");
  return found.slice(1, -1);
}

/** Passes over a list or tuple to the bracket that closes it. */
function skipBrackets(scanner: HeaderScanner): void {
  let depth = 0;
  do {
    const token = scanner.match(/[[(]|[\])]|'[^'\\\n]*'|"[^"\\\n]*"|[\w,\s]+/y);
    if (token === undefined) throw scanner.wrong('"]"');
    if (token === "[" || token === "(") depth++;
    if (token === "]" || token === ")") depth--;
  } while (depth > 0);
}
