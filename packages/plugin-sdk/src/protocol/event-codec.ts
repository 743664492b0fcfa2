import { type Codec, float, integer, natural, oneOf, optional, type PartReader, record, text } from "@hodu/core/wire";
import type { HoduEvent } from "../contracts/events.ts";
import type { WireEvent } from "./messages.ts";

type Body<Type extends HoduEvent["type"]> = Omit<Extract<HoduEvent, { readonly type: Type }>, "type">;

const none = record<Record<never, never>, Record<never, never>>({});
const happening = record<Body<"PluginLoaded">, Body<"PluginLoaded">>({ plugin: text, version: text });
const ofModel = record<Body<"ModelLoaded">, Body<"ModelLoaded">>({ model: text });
const epoch = record<Body<"EpochStart">, Body<"EpochStart">>({ epoch: integer });
const stageName = oneOf("load", "verify", "compile", "open", "save");

/** What crosses the line of a Custom event as it is. */
const json: Codec<unknown> = { encode: (value) => value, decode: (wire) => wire, absent: "undefined" };

/** How each variant of HoduEvent travels, beside its type. */
const BODIES: { readonly [Type in HoduEvent["type"]]: Codec<Body<Type>> } = {
  SystemInit: none,
  SystemShutdown: none,
  PluginDiscovered: happening,
  PluginInstalled: happening,
  PluginLoaded: happening,
  PluginUnloaded: happening,
  PluginDisabled: happening,
  PluginReloaded: happening,
  PluginFailed: record<Body<"PluginFailed">, Body<"PluginFailed">>({ plugin: text, error: text }),
  InstallProgress: record<Body<"InstallProgress">, { [K in keyof Body<"InstallProgress">]: unknown }>({
    plugin: text,
    done: float,
    total: optional(float),
    label: text,
  }),
  StageStart: record<Body<"StageStart">, Body<"StageStart">>({ stage: stageName }),
  StageEnd: record<Body<"StageEnd">, { [K in keyof Body<"StageEnd">]: unknown }>({
    stage: stageName,
    milliseconds: float,
  }),
  TransformApplied: record<Body<"TransformApplied">, Body<"TransformApplied">>({
    transform: text,
    stage: text,
    changes: natural,
  }),
  TensorOp: record<Body<"TensorOp">, Body<"TensorOp">>({ op: text, node: optional(text) }),
  EpochStart: epoch,
  EpochEnd: epoch,
  BackendChanged: record<Body<"BackendChanged">, Body<"BackendChanged">>({ backend: text, device: optional(text) }),
  HardwareDetected: record<Body<"HardwareDetected">, Body<"HardwareDetected">>({ device: text, description: text }),
  ModelRegistered: ofModel,
  ModelLoaded: ofModel,
  ModelUnloaded: ofModel,
  InferenceStart: ofModel,
  InferenceEnd: record<Body<"InferenceEnd">, { [K in keyof Body<"InferenceEnd">]: unknown }>({
    model: text,
    milliseconds: float,
  }),
  Telemetry: record<Body<"Telemetry">, { [K in keyof Body<"Telemetry">]: unknown }>({
    name: text,
    value: float,
    unit: optional(text),
  }),
  Custom: record<Body<"Custom">, { [K in keyof Body<"Custom">]: unknown }>({ eventType: text, data: json }),
};

/** An event of the bus. A type that this side does not know is refused. */
export const event: Codec<HoduEvent, WireEvent> = {
  encode(value, out) {
    const body = bodyOf(value.type).encode(value, out);
    return { type: value.type, ...(body as object) };
  },
  decode(wire: unknown, from: PartReader) {
    const type: unknown = typeof wire === "object" && wire !== null ? (wire as { type?: unknown }).type : undefined;
    if (typeof type !== "string" || !Object.hasOwn(BODIES, type)) return from.fail(type ?? wire, "a type of event");
    return { type, ...(bodyOf(type as HoduEvent["type"]).decode(wire, from) as object) } as HoduEvent;
  },
};

const bodyOf = (type: HoduEvent["type"]): Codec<unknown> => BODIES[type] as Codec<unknown>;
