import { allOperators, type OperatorDef, type Parameter, type Schema, schemaOf } from "@hodu/core";

/** One version of an operator, as the standard's own package states it. */
export interface StandardSchema {
  readonly name: string;
  readonly domain: string;
  readonly since: number;
  readonly deprecated: boolean;
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  readonly types: Readonly<Record<string, readonly string[]>>;
  readonly attributes: Readonly<
    Record<string, { readonly kind: string; readonly required: boolean; readonly default?: unknown }>
  >;
}

/** Each version of the standard as one line: what it is, and what is wrong with ours (undefined: nothing). */
export function compareSchemas(
  standard: readonly StandardSchema[],
): { readonly id: string; readonly problem: string | undefined }[] {
  return standard.map((schema) => {
    const id = `${schema.domain === "" ? "" : `${schema.domain}.`}${schema.name}-${schema.since}`;
    return { id, problem: compareSchema(schema) };
  });
}

function compareSchema(standard: StandardSchema): string | undefined {
  const definition = allOperators().find(
    ({ name, domain }) => name === standard.name && (domain ?? "") === standard.domain,
  );
  if (definition === undefined) return "it is not in the table";
  if (standard.deprecated) return endsAs(definition, standard.since);
  const index = definition.versions.findIndex(({ since }) => since === standard.since);
  if (index < 0) return "the table does not have this version";
  const ours = formOf(schemaOf(definition, index));
  const theirs = formOf(standard as unknown as Schema);
  return ours === theirs ? undefined : `ours is ${ours}\n  the standard's is ${theirs}`;
}

function endsAs({ deprecated, endedIn, versions }: OperatorDef, since: number): string | undefined {
  const isWithdrawn = versions.some((version) => version.since === since && version.withdrawn);
  return deprecated === since || endedIn === since || isWithdrawn ? undefined : `the standard ends it with ${since}`;
}

/** A schema as text that is equal when the schemas are. */
function formOf({ inputs, outputs, types, attributes }: Schema): string {
  const parameter = ({ name, type, use, min, heterogeneous }: Parameter): string =>
    `${use} ${name}: ${type}${use === "variadic" ? ` min ${min ?? 1}${heterogeneous ? " heterogeneous" : ""}` : ""}`;
  return JSON.stringify({
    inputs: inputs.map(parameter),
    outputs: outputs.map(parameter),
    types: Object.entries(types)
      .map(([name, set]) => `${name}: ${[...set].sort().join(" ")}`)
      .sort(),
    attributes: Object.entries(attributes)
      .map(
        ([name, { kind, required, default: value }]) =>
          `${name}: ${kind}${required ? " required" : ""} ${value === undefined ? "" : JSON.stringify(inSingle(value))}`,
      )
      .sort(),
  });
}

/** Floats as the 32-bit ones that the standard's files hold; ints that the table keeps exact as numbers. */
function inSingle(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Math.fround(value);
  return Array.isArray(value) ? value.map(inSingle) : value;
}
