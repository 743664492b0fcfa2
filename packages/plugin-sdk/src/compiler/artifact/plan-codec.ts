import type { BufferPlace, ProgramBuffer, ProgramOutput, ProgramStep } from "@hodu/compiler";
import type { Node, Weight } from "@hodu/core";
import {
  type Codec,
  float,
  list,
  natural,
  oneOf,
  optional,
  type PartReader,
  type PartWriter,
  record,
  text,
  union,
  weight,
} from "@hodu/core/wire";
import type { ProgramPlan } from "../code-generator.ts";

type Of<T, K extends string> = Extract<T, { readonly kind: K }>;

/** A step as it is written: a call names its node by its number among the nodes of the calls. */
type WireStep = Of<ProgramStep, "kernel"> | { readonly kind: "call"; readonly node: number; readonly reason: string };

interface WirePlan extends Omit<ProgramPlan, "steps" | "constants"> {
  readonly steps: readonly WireStep[];
}

const place = union<BufferPlace, BufferPlace>({
  input: record<Of<BufferPlace, "input">, Of<BufferPlace, "input">>({ kind: oneOf("input"), name: text }),
  weight: record<Of<BufferPlace, "weight">, { readonly kind: "weight"; readonly weight: never }>({
    kind: oneOf("weight"),
    weight: weight as Codec<Weight, never>,
  }),
  constant: record<Of<BufferPlace, "constant">, Of<BufferPlace, "constant">>({
    kind: oneOf("constant"),
    offset: natural,
  }),
  arena: record<Of<BufferPlace, "arena">, Of<BufferPlace, "arena">>({ kind: oneOf("arena"), offset: natural }),
  output: record<Of<BufferPlace, "output">, Of<BufferPlace, "output">>({ kind: oneOf("output"), name: text }),
  call: record<Of<BufferPlace, "call">, Of<BufferPlace, "call">>({ kind: oneOf("call"), name: text }),
});

const buffer = record<ProgramBuffer, ProgramBuffer>({
  name: text,
  memory: oneOf("bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f16", "bf16", "f32", "f64"),
  dims: list(natural),
  sizedAxis: optional(natural),
  bytes: natural,
  place: place as Codec<BufferPlace, never>,
});

const step = union<WireStep, WireStep>({
  kernel: record<Of<WireStep, "kernel">, Of<WireStep, "kernel">>({
    kind: oneOf("kernel"),
    kernel: natural,
    buffers: list(natural),
    origin: list(text),
    operator: text,
    flops: float as Codec<number, number>,
  }),
  call: record<Of<WireStep, "call">, Of<WireStep, "call">>({ kind: oneOf("call"), node: natural, reason: text }),
});

/** A buffer by its number, or a value by its name. */
const origin: Codec<number | string, number | string> = {
  encode: (value) => value,
  decode: (wire, from) => (typeof wire === "string" ? wire : natural.decode(wire, from)),
};

const wirePlan = record<WirePlan, WirePlan>({
  buffers: list(buffer as Codec<ProgramBuffer, never>),
  steps: list(step as Codec<WireStep, never>),
  outputs: list(record<ProgramOutput, ProgramOutput>({ name: text, from: origin })),
  arenaBytes: natural,
  constantBytes: natural,
  size: optional(natural),
});

/** A plan as JSON; the nodes of its calls are those of `nodes`, in their order. */
export function encodePlan(plan: ProgramPlan, out: PartWriter): unknown {
  let calls = 0;
  const steps = plan.steps.map(
    (one): WireStep => (one.kind === "kernel" ? one : { kind: "call", node: calls++, reason: one.reason }),
  );
  return wirePlan.encode({ ...plan, steps }, out);
}

/** The inverse. It is no more than well formed: `checkPlan` looks at what it says. */
export function decodePlan(wire: unknown, nodes: readonly Node[], from: PartReader): ProgramPlan {
  const plan = wirePlan.decode(wire, from);
  const steps = plan.steps.map((one): ProgramStep => {
    if (one.kind === "kernel") return one;
    const node = nodes[one.node];
    if (node === undefined) return from.fail(one.node, `the number of one of ${nodes.length} nodes`);
    return { kind: "call", node, reason: one.reason };
  });
  return { ...plan, steps, constants: [] };
}
