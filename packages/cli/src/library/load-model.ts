import { HoduError, quote } from "@hodu/core";
import { canonicalDevice, openModel, resolveBackend } from "@hodu/engine";
import { loadInProcess } from "@hodu/plugin-host/in-process";
import { contextOf } from "./call-options.ts";
import { Model } from "./model.ts";
import type { Platform } from "./platform.ts";
import { type ModelPlace, readModelOn, type ReadModelOptions } from "./read-model.ts";

/** How a model is read and made ready. The signal ends that, not later runs. */
export interface LoadModelOptions extends ReadModelOptions {
  /** Default: `cpu`. */
  readonly device?: string | undefined;
  /** By short or full name; default: the first that runs on the device. */
  readonly backend?: string | undefined;
  /** `f64`: every float of at most 32 bits is computed in double, and outputs of such dtypes are tensors of f64. */
  readonly precision?: "native" | "f64" | undefined;
  /** Default: as many as the machine has cores. */
  readonly threads?: number | undefined;
  /** Bytes that a run may take; default: 80 % of the machine. */
  readonly maxMemory?: number | undefined;
}

/** Reads a model and makes it ready, on a platform. */
export async function loadModelOn(platform: Platform, from: ModelPlace, options: LoadModelOptions): Promise<Model> {
  checkOptions(options);
  const device = canonicalDevice(options.device ?? "cpu");
  const request = { device, ...(options.backend !== undefined && { backend: options.backend }) };
  const { plugin, component } = resolveBackend(platform.registry().backends, request);
  const read = await readModelOn(platform, from, options);
  const tools = {
    backend: (await loadInProcess(plugin)).backends![component.name],
    compile: { device, precision: options.precision ?? "native" },
    session: { threads: options.threads ?? 0, maxMemory: options.maxMemory ?? platform.maxMemory() },
    context: contextOf(options),
  } as const;
  const { session } = await openModel(read, tools, options.onEvent ?? (() => {}));
  return new Model(read, { session, device, backend: component.name });
}

/** Throws BAD_USAGE for what the types forbid: programs in JavaScript have none. */
function checkOptions({ precision = "native", threads = 0, maxMemory = 0 }: LoadModelOptions): void {
  if (precision !== "native" && precision !== "f64") throw refused("precision", precision, '"native" or "f64"');
  if (!(Number.isInteger(threads) && threads >= 0)) throw refused("threads", threads, "a whole number, 0 or more");
  if (!(maxMemory >= 0)) throw refused("maxMemory", maxMemory, "a number of bytes");
}

const refused = (name: string, found: unknown, expected: string): HoduError =>
  new HoduError(
    "BAD_USAGE",
    `Cannot use the option ${quote(name)}: found ${quote(String(found))}, expected ${expected}`,
  );
