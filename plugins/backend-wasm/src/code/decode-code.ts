import { HoduError } from "hodu-plugin-sdk";
import type { CompiledCode, KernelCode, PhaseCode } from "./compiled-code.ts";
import { CODE_MAGIC } from "./encode-code.ts";
import { MAX_INDEX_DEPTH, MAX_PHASES, MAX_STACK_BYTES, MAX_TABLE_BYTES, MAX_TURNS } from "./limits.ts";
import { isIndexOperation, type SizedIndex, type SizedTurns } from "./turns.ts";

/** Reads what `encodeCode` wrote. The module is left to the engine, which checks it. Throws UNSUPPORTED for anything else. */
export function decodeCode(bytes: Uint8Array): CompiledCode {
  const start = CODE_MAGIC.length + 4;
  const magic = new TextDecoder("latin1").decode(bytes.subarray(0, CODE_MAGIC.length));
  if (bytes.length < start || magic !== CODE_MAGIC) throw damaged("another first line");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(CODE_MAGIC.length, true);
  if (length > MAX_TABLE_BYTES || length > bytes.length - start) throw damaged(`a table of ${length} bytes`);
  const table = readTable(bytes.subarray(start, start + length));
  return { ...table, module: bytes.slice(start + length) };
}

function readTable(bytes: Uint8Array): Omit<CompiledCode, "module"> {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damaged("a table that is no JSON");
  }
  const { isShared, kernels } = fieldsOf(found);
  if (typeof isShared !== "boolean" || !Array.isArray(kernels)) throw damaged("a table without kernels");
  const read = kernels.map(readKernel);
  const phases = read.reduce((sum, kernel) => sum + kernel.phases.length, 0);
  if (phases > MAX_PHASES) throw damaged(`${phases} phases`);
  return { isShared, kernels: read };
}

function readKernel(found: unknown): KernelCode {
  const { phases, stackBytes, isSized } = fieldsOf(found);
  if (!Array.isArray(phases) || !isCount(stackBytes, MAX_STACK_BYTES)) throw damaged("a kernel without phases");
  if (isSized !== undefined && isSized !== true) throw damaged("a kernel with another size");
  return { phases: phases.map(readPhase), stackBytes, ...(isSized && { isSized }) };
}

function readPhase(found: unknown): PhaseCode {
  const { name, turns } = fieldsOf(found);
  if (typeof name !== "string" || !/^kernel_\d+_\d+$/.test(name)) throw damaged("a phase of another name");
  if (turns === undefined) return { name };
  return { name, turns: typeof turns === "object" ? readTurns(turns) : countOf(turns) };
}

function readTurns(found: unknown): SizedTurns {
  const { extent, step } = fieldsOf(found);
  const steps = countOf(step);
  if (steps === 0) throw damaged("a loop without a step");
  return { extent: readIndex(extent, 0), step: steps };
}

function readIndex(found: unknown, depth: number): SizedIndex {
  if (found === "size") return found;
  if (!Array.isArray(found)) return countOf(found);
  const [operation, left, right] = found as readonly unknown[];
  if (!isIndexOperation(operation) || depth > MAX_INDEX_DEPTH) throw damaged("an extent of another form");
  return [operation, readIndex(left, depth + 1), readIndex(right, depth + 1)];
}

function countOf(found: unknown): number {
  if (isCount(found, MAX_TURNS)) return found;
  throw damaged("a loop of too many turns");
}

function fieldsOf(found: unknown): Readonly<Record<string, unknown>> {
  if (typeof found !== "object" || found === null) throw damaged("a table of another form");
  return found as Readonly<Record<string, unknown>>;
}

const isCount = (found: unknown, most: number): found is number =>
  Number.isInteger(found) && (found as number) >= 0 && (found as number) <= most;

const damaged = (found: string): HoduError =>
  new HoduError(
    "UNSUPPORTED",
    `Cannot load code of hodu-backend-wasm: found ${found}, expected what this version wrote`,
    {
      hint: "compile the model again",
    },
  );
