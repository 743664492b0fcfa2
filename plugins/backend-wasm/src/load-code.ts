import { availableThreads } from "#available-threads";
import { type CallContext, HoduError, type SessionOptions } from "hodu-plugin-sdk";
import type { KernelEngine, ProgramPlan } from "hodu-plugin-sdk/compiler";
import type { CompiledCode } from "./code/compiled-code.ts";
import { decodeCode } from "./code/decode-code.ts";
import { engineFeatures } from "./engine-features.ts";
import { allocatedBytes, BUFFERS_ADDRESS, LinearMemory } from "./engine/linear-memory.ts";
import { planSteps } from "./engine/plan-steps.ts";
import { WasmEngine } from "./engine/wasm-engine.ts";
import { canHaveWorkers } from "./threads/start-worker.ts";

/** Threads of one engine: more would wait for each other longer than they compute. */
const MAX_THREADS = 64;

/** Where the bytes for arrays of the threads lie where they fit: before the buffers, and not at address 0. */
const STACKS_ADDRESS = 64;

/** Makes code ready to run. Throws UNSUPPORTED where this engine cannot run it, MEMORY_LIMIT. */
export async function loadCode(
  bytes: Uint8Array,
  program: ProgramPlan,
  options: SessionOptions,
  _context: CallContext,
): Promise<KernelEngine> {
  const code = decodeCode(bytes);
  checkSteps(program, code);
  if (code.isShared && !engineFeatures().sharedMemory) throw cannotRun("code for memory that threads share");
  const threads = code.isShared && canHaveWorkers() ? threadsFor(options) : 1;
  const module = await compileModule(code.module);
  const stackBytes = code.kernels.reduce((most, kernel) => Math.max(most, kernel.stackBytes), 16);
  const fitsBefore = stackBytes * threads <= BUFFERS_ADDRESS - STACKS_ADDRESS;
  const memory = new LinearMemory(
    bytesOfPlan(program) + (fitsBefore ? 0 : allocatedBytes(stackBytes * threads)),
    code.isShared,
  );
  const stacks = fitsBefore ? STACKS_ADDRESS : memory.allocate(stackBytes * threads).byteOffset;
  const steps = planSteps(program, code.kernels, threads);
  const setup = { module, memory: memory.memory, steps, stacks, stackBytes };
  return new WasmEngine({ setup, memory, buffers: program.buffers.length, threads, isShared: code.isShared });
}

/** Steps name kernels that there are. */
function checkSteps({ steps }: ProgramPlan, { kernels }: CompiledCode): void {
  for (const step of steps)
    if (step.kind === "kernel" && kernels[step.kernel] === undefined) throw cannotRun(`no kernel ${step.kernel}`);
}

async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw cannotRun(String(cause), cause);
  }
}

/** What a session takes: the arena, the constants, and every buffer that lies in neither. */
function bytesOfPlan({ buffers, arenaBytes, constantBytes }: ProgramPlan): number {
  const own = buffers.filter(({ place }) => place.kind !== "arena" && place.kind !== "constant");
  const bytes = own.reduce((sum, buffer) => sum + allocatedBytes(buffer.bytes), 0);
  return bytes + allocatedBytes(arenaBytes) + allocatedBytes(constantBytes);
}

const threadsFor = ({ threads }: SessionOptions): number =>
  Math.max(1, Math.min(MAX_THREADS, threads === 0 ? availableThreads() : threads));

const cannotRun = (found: string, cause?: unknown): HoduError =>
  new HoduError(
    "UNSUPPORTED",
    `Cannot load code of hodu-backend-wasm: this WebAssembly engine does not take it: ${found}`,
    {
      hint: "compile the model again",
      cause,
    },
  );
