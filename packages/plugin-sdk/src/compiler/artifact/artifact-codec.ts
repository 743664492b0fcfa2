import type { Snapshot } from "@hodu/core";
import {
  bytes,
  type Codec,
  flag,
  list,
  namedValue,
  natural,
  type PartReader,
  type PartWriter,
  record,
  snapshot,
  text,
} from "@hodu/core/wire";
import type { ArtifactContent, OpenModel, ProgramUnit, UnitOptions } from "../program-unit.ts";
import { decodePlan, encodePlan } from "./plan-codec.ts";

const unitOptions = record<UnitOptions, UnitOptions>({
  optLevel: natural as Codec<UnitOptions["optLevel"], UnitOptions["optLevel"]>,
  reproducible: flag,
  fallback: flag,
});

const models = snapshot as Codec<Snapshot>;

const openModels = record<
  OpenModel,
  { readonly snapshot: never; readonly wanted: readonly string[]; readonly options: UnitOptions }
>({
  snapshot: models as Codec<Snapshot, never>,
  wanted: list(text),
  options: unitOptions,
});

/** What an artifact holds as JSON; bytes are parts. */
export function encodeContent({ unit, model }: ArtifactContent, out: PartWriter): unknown {
  return { ...(unit && { unit: encodeUnit(unit, out) }), ...(model && { model: openModels.encode(model, out) }) };
}

const known = list(namedValue);

function encodeUnit({ plan, calls, reference, known: values, sized, code, constants }: ProgramUnit, out: PartWriter) {
  return {
    code: bytes.encode(code, out),
    constants: bytes.encode(constants, out),
    plan: encodePlan(plan, out),
    calls: models.encode(calls, out),
    known: known.encode(values, out),
    ...(sized && { sized }),
    ...(reference && { reference: models.encode(reference, out) }),
  };
}

/** The inverse. Bytes are views of the parts. */
export function decodeContent(wire: unknown, from: PartReader): ArtifactContent {
  const { unit, model } = membersOf(wire, from);
  const content: ArtifactContent = {
    unit: unit === undefined ? undefined : from.inside("unit", () => decodeUnit(unit, from)),
    model: model === undefined ? undefined : from.inside("model", () => openModels.decode(model, from)),
  };
  if (content.unit === undefined && content.model === undefined) from.fail(undefined, "a program or a model");
  const level = content.model?.options.optLevel ?? 0;
  if (level > 3) from.fail(level, "a level from 0 to 3");
  return content;
}

function decodeUnit(wire: unknown, from: PartReader): ProgramUnit {
  const members = membersOf(wire, from);
  const member = <Value>(name: string, codec: Codec<Value>): Value =>
    from.inside(name, () => codec.decode(members[name], from));
  const calls = member("calls", models);
  return {
    code: member("code", bytes),
    constants: member("constants", bytes),
    plan: from.inside("plan", () => decodePlan(members.plan, calls.graph.nodes, from)),
    calls,
    known: member("known", known),
    ...(members.sized !== undefined && { sized: member("sized", list(text)) }),
    reference: members.reference === undefined ? undefined : member("reference", models),
  };
}

function membersOf(wire: unknown, from: PartReader): Readonly<Record<string, unknown>> {
  return typeof wire === "object" && wire !== null
    ? (wire as Readonly<Record<string, unknown>>)
    : from.fail(wire, "an object");
}
