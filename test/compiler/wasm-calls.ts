import { emitWasm, FIRST_BUFFER_ADDRESS, turnsOf, type WasmKernel, type WasmTarget } from "@hodu/compiler/wasm";
import type { ElementArray } from "@hodu/core/kernel-ir";
import type { Answer, Call } from "./c-program.ts";

type Run = (...values: number[]) => number;

/** How many pieces the turns of a split loop are called in, the last piece first. */
const PIECES = 3;

/** Bytes between buffers, which no kernel may touch. */
const GAP = 64;
const UNTOUCHED = 0xa5;

/** Where the arrays of a kernel lie. */
const STACK = 16;

const PAGE = 65_536;

/** Emits the kernels of calls as one module and runs all of them. Throws for a write outside of a call's buffers. */
export async function callAllInWasm(calls: readonly Call[], target: WasmTarget): Promise<readonly Answer[]> {
  const emitted = emitWasm(
    calls.map(({ kernel }) => kernel),
    target,
  );
  const memory = memoryFor(calls, target);
  const { instance } = await WebAssembly.instantiate(emitted.bytes, { env: { memory } });
  return calls.map((call, i) => runCall(call, emitted.kernels[i], instance, memory));
}

function memoryFor(calls: readonly Call[], { sharedMemory }: WasmTarget): WebAssembly.Memory {
  const most = Math.max(...calls.map(({ buffers }) => placesOf(buffers).end));
  const initial = Math.ceil(most / PAGE);
  return new WebAssembly.Memory(sharedMemory ? { initial, maximum: initial, shared: true } : { initial });
}

/** Addresses that are not multiples of more than the elements' size. */
function placesOf(buffers: readonly ElementArray[]): { readonly places: readonly number[]; readonly end: number } {
  let end = FIRST_BUFFER_ADDRESS;
  const places = buffers.map(({ byteLength, BYTES_PER_ELEMENT }) => {
    const place = end + GAP + BYTES_PER_ELEMENT;
    end = Math.ceil((place + byteLength) / 16) * 16;
    return place;
  });
  return { places, end: end + GAP };
}

function runCall(
  { kernel, buffers, sizes }: Call,
  { phases, stackBytes }: WasmKernel,
  instance: WebAssembly.Instance,
  memory: WebAssembly.Memory,
): Answer {
  const { places, end } = placesOf(buffers);
  const bytes = new Uint8Array(memory.buffer, 0, end).fill(UNTOUCHED);
  buffers.forEach((buffer, i) => bytes.set(bytesOf(buffer), places[i]));
  const named = new Map(kernel.sizes.map((name, i) => [name, sizes[i]]));
  let status = 0;
  for (const { name, split } of phases) {
    const run = instance.exports[name] as Run;
    const turns = split === undefined ? 0 : turnsOf(split, named);
    for (const [first, last] of split === undefined ? [[0, 0]] : piecesOf(turns))
      if (status === 0) status = run(...places, ...sizes, STACK, first, last);
  }
  const answers = buffers.map((buffer, i) => {
    const copy = buffer.slice();
    bytesOf(copy).set(bytes.subarray(places[i], places[i] + buffer.byteLength));
    bytes.fill(UNTOUCHED, places[i], places[i] + buffer.byteLength);
    return copy;
  });
  bytes.fill(UNTOUCHED, STACK, STACK + stackBytes);
  const touched = bytes.findIndex((byte) => byte !== UNTOUCHED);
  if (touched >= 0) throw new Error(`kernel ${kernel.name} wrote to byte ${touched}, outside of its buffers`);
  return { status, buffers: answers };
}

function piecesOf(turns: number): readonly (readonly [number, number])[] {
  const at = (piece: number): number => Math.floor((turns * piece) / PIECES);
  return Array.from({ length: PIECES }, (_, i) => [at(PIECES - 1 - i), at(PIECES - i)] as const);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ElementArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
