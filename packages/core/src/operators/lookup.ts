import { allOperators } from "./all-operators.ts";
import type { AttributeDefs } from "./attributes.ts";
import type { OperatorDef, OperatorVersion, Parameter } from "./operator.ts";
import type { TypeSet } from "./type-sets.ts";

let byName: ReadonlyMap<string, OperatorDef> | undefined;

const mapOperators = (): ReadonlyMap<string, OperatorDef> =>
  new Map(allOperators().map((definition) => [key(definition.domain ?? "", definition.name), definition]));

function key(domain: string, name: string): string {
  return `${domain}/${name}`;
}

/** The definition of an operator, or undefined. "ai.onnx" is another way to write "". */
export function operatorOf(domain: string, name: string): OperatorDef | undefined {
  byName ??= mapOperators();
  return byName.get(key(domain === "ai.onnx" ? "" : domain, name));
}

/** What nodes of one version look like. */
export interface Schema {
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  readonly types: Readonly<Record<string, TypeSet>>;
  readonly attributes: AttributeDefs;
}

/** The schema of version `index` (0 is the newest): what it leaves out stands in the next newer one. */
export function schemaOf(definition: OperatorDef, index = 0): Schema {
  let schema: Schema = definition;
  for (let i = 0; i <= index; i++) {
    const version: OperatorVersion = definition.versions[i];
    schema = {
      inputs: version.inputs ?? schema.inputs,
      outputs: version.outputs ?? schema.outputs,
      types: version.types ?? schema.types,
      attributes: version.attributes ?? schema.attributes,
    };
  }
  return schema;
}

/** The index of the version that a node in `opset` of the operator's domain has, or -1 when the operator is not in that opset. */
export function versionIndex(definition: OperatorDef, opset: number): number {
  if (definition.deprecated !== undefined && opset >= definition.deprecated) return -1;
  return definition.versions.findIndex((version) => version.since <= opset);
}

/** The formal parameter of actual input or output i; undefined past the last. */
export function parameterAt(parameters: readonly Parameter[], i: number): Parameter | undefined {
  const last = parameters.at(-1);
  return i < parameters.length ? parameters[i] : last?.use === "variadic" ? last : undefined;
}
