import { closestName, HoduError, quote } from "@hodu/core";

/** Capabilities that stand alone. */
const PLAIN = [
  "run",
  "build",
  "load_model",
  "save_model",
  "load_tensor",
  "save_tensor",
  "operators",
  "loss_functions",
  "optimizers",
  "data_loaders",
  "visualization",
  "telemetry",
  "language",
  "vision",
  "reinforcement_learning",
  "graph_neural_networks",
  "recommender",
] as const;

/** Capabilities that name something: `backend:WGPU`, `framework:onnx`, `device:cuda`, `smi.inference`, `custom:x`. */
const NAMING = { backend: ":", framework: ":", device: ":", custom: ":", smi: "." } as const;

/** A capability that stands alone. */
export type PlainCapability = (typeof PLAIN)[number];

/** A capability in its one spelling, as manifests have it. */
export type Capability =
  | PlainCapability
  | `${"backend" | "framework" | "device" | "custom"}:${string}`
  | `smi.${string}`;

const MAX_CHARACTERS = 214;

/**
 * A capability in its one spelling. Case, `_`, `-` and spaces do not count in the words: `Loss Functions`, `LossFunctions` and
 * `loss-functions` are one; `Backend(WGPU)` is `backend:WGPU`, whose name is kept as it is. Throws BAD_USAGE.
 *
 * @example
 * ```js
 * import { parseCapability } from "hodu-plugin-sdk";
 *
 * console.log(parseCapability("Graph Neural-Networks"), parseCapability("Backend(WGPU)"));
 * ```
 * ```text
 * graph_neural_networks backend:WGPU
 * ```
 */
export function parseCapability(text: string): Capability {
  const known = text.length > MAX_CHARACTERS ? undefined : (plainOf(text) ?? namingOf(text));
  if (known !== undefined) return known;
  const near = closestName(text, PLAIN);
  throw new HoduError(
    "BAD_USAGE",
    `Cannot read capability ${quote(text.slice(0, MAX_CHARACTERS))}: expected ${near ?? `one of ${PLAIN.join(", ")}, or ${Object.keys(NAMING).join(", ")} with a name`}`,
    { hint: `custom:${/^[\w-]+$/.test(text) ? text : "name"}` },
  );
}

function plainOf(text: string): PlainCapability | undefined {
  const wanted = fold(text);
  return PLAIN.find((word) => fold(word) === wanted);
}

function namingOf(text: string): Capability | undefined {
  const [, word, inside, after] = /^\s*(\w+)\s*(?:\(\s*(.*?)\s*\)|[:.]\s*(.*?))\s*$/s.exec(text) ?? [];
  const name = inside ?? after;
  const kind = word === undefined ? undefined : fold(word);
  if (kind === undefined || !isNaming(kind) || name === "" || /[\p{Cc}\p{Cf}]/u.test(name)) return undefined;
  return `${kind}${NAMING[kind]}${name}` as Capability;
}

const isNaming = (word: string): word is keyof typeof NAMING => Object.hasOwn(NAMING, word);

const fold = (text: string): string => text.toLowerCase().replaceAll(/[_\-\s]/g, "");
