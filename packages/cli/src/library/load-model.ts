import { HoduError, quote } from "@hodu/core";
import { candidateBackends, canonicalDevice, decodeImage, openOnFirst, transformModel } from "@hodu/engine";
import type { CompileOptions, InputShape, OptLevel, TransformPlugin } from "hodu-plugin-sdk";
import { chosenTransforms, type WantedTransform } from "../plugins/chosen-transforms.ts";
import { buildLabel } from "../plugins/plugin-label.ts";
import { contextOf } from "./call-options.ts";
import { Model } from "./model.ts";
import type { Platform } from "./platform.ts";
import { type ModelFile, type ModelPlace, readModelOn, type ReadModelOptions } from "./read-model.ts";

/** How a model is read and made ready. The signal ends that, not later runs. */
export interface LoadModelOptions extends ReadModelOptions {
  /** Default: `cpu`. */
  readonly device?: string | undefined;
  /** By short or full name, then nothing else serves; default: the first that runs on the device. */
  readonly backend?: string | undefined;
  /** How much to optimise what is compiled: 0 nothing, 1 cleanup, 2 fusion, 3 layouts and algorithms, too. Default: 3. */
  readonly optLevel?: OptLevel | undefined;
  /** Transforms to run over the model first: by name, or as they are; one that is not there is a warning. */
  readonly transforms?: readonly (string | TransformPlugin | WantedTransform)[] | undefined;
  /** Dims of inputs whose shapes are not static, by name: compiled for them now; for others when they come. */
  readonly shapes?: Readonly<Record<string, readonly number[]>> | undefined;
  /** The same bits on every machine, with any number of threads. */
  readonly reproducible?: boolean | undefined;
  /** false: nothing is kept of what is compiled; a folder: it is kept there. Default: in `~/.hodu/cache`. A page keeps nothing. */
  readonly cache?: boolean | string | undefined;
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
  const precision = options.precision ?? "native";
  const { backend } = options;
  const request = { device, precision, ...(backend !== undefined && { backend }) };
  const candidates = candidateBackends(platform.catalog().backends, request);
  const context = contextOf(options);
  const publish = options.onEvent ?? (() => {});
  const found = await readModelOn(platform, from, options);
  const wanted = (options.transforms ?? []).map((one) => (isWanted(one) ? one : { transform: one }));
  const chosen = await chosenTransforms(platform.catalog(), wanted, false);
  const read = await transformModel(found, chosen, context, publish);
  const compile = compileOptions(device, precision, options);
  const maxMemory = options.maxMemory ?? platform.maxMemory();
  const open = await openOnFirst(
    read,
    candidates,
    {
      load: async ({ plugin, component }) => (await plugin.load()).backends![component.name],
      tools: ({ plugin, component }) => ({
        compile,
        context,
        session: { threads: options.threads ?? 0, maxMemory, decodeImage },
        cache: platform.cache(options.cache, {
          format: formatOf(read),
          backend: component.name,
          plugin: buildLabel(plugin),
          model: read.file?.path,
        }),
      }),
      isOnly: backend !== undefined,
      onTry() {},
      onPass: (text, kind) => context.log(kind === "warning" ? "warn" : "info", text),
    },
    publish,
  );
  const { session, offer, artifact } = open;
  return new Model(read, { session, device, backend: offer.component.name, report: artifact.report });
}

function compileOptions(
  device: string,
  precision: "native" | "f64",
  { optLevel, shapes, reproducible }: LoadModelOptions,
): CompileOptions {
  const given = Object.entries(shapes ?? {}).map(([name, dims]): InputShape => ({ name, dims }));
  return {
    device,
    precision,
    ...(optLevel !== undefined && { optLevel }),
    ...(given.length > 0 && { shapes: given }),
    ...(reproducible === true && { reproducible }),
  };
}

const isWanted = (one: string | TransformPlugin | WantedTransform): one is WantedTransform =>
  typeof one === "object" && "transform" in one;

/** What read the model: another version could read it otherwise. */
const formatOf = ({ file }: ModelFile): string =>
  file === undefined ? "snapshot" : `${file.format} of ${file.plugin}`;

/** Throws BAD_USAGE for what the types forbid: programs in JavaScript have none. */
function checkOptions({ precision = "native", threads = 0, maxMemory = 0, optLevel = 3 }: LoadModelOptions): void {
  if (![0, 1, 2, 3].includes(optLevel)) throw refused("optLevel", optLevel, "0, 1, 2 or 3");
  if (precision !== "native" && precision !== "f64") throw refused("precision", precision, '"native" or "f64"');
  if (!(Number.isInteger(threads) && threads >= 0)) throw refused("threads", threads, "a whole number, 0 or more");
  if (!(maxMemory >= 0)) throw refused("maxMemory", maxMemory, "a number of bytes");
}

const refused = (name: string, found: unknown, expected: string): HoduError =>
  new HoduError(
    "BAD_USAGE",
    `Cannot use the option ${quote(name)}: found ${quote(String(found))}, expected ${expected}`,
  );
