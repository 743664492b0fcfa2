import { applyPatches } from "@hodu/compiler";
import {
  formatType,
  type Graph,
  type NamedValue,
  type Node,
  type Snapshot,
  typeFits,
  typeOfValue,
  verifySnapshot,
} from "@hodu/core";
import type { OperatorComponent } from "../contracts/manifest.ts";
import type { OperatorPlugin, OperatorSample } from "../contracts/operator.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";
import { type ContractTest, type PluginUnderTest, quietContext } from "./contract-test.ts";
import { evaluateModel } from "./evaluate-model.ts";
import { manifestTests } from "./manifest-tests.ts";
import { expectClose, REWRITTEN } from "./same-values.ts";

export interface OperatorSuiteOptions {
  /** Name of the component; default: the only one. */
  readonly operator?: string;
}

/** What the contract of operators promises, tried on the samples that the plugin gives. */
export function operatorSuite(load: PluginUnderTest, options: OperatorSuiteOptions = {}): readonly ContractTest[] {
  const found = async (): Promise<Subject> => subjectOf(await load(), options.operator);
  return [
    ...manifestTests(load),
    {
      name: "has samples for each of its operators",
      async run() {
        const { component, samples } = await found();
        const missing = component.operators.filter((op) => !samples.some(({ node }) => node.op === op));
        if (missing.length > 0) throw new Error(`there is no sample of ${missing.join(", ")}`);
      },
    },
    {
      name: "infers the types of what its operators give",
      run: async () => eachSample(await found(), expectTypes),
    },
    {
      name: "lowers its operators, or has a reference for them",
      run: async () => eachSample(await found(), expectRuns),
    },
    {
      name: "gives the same lowered as by its reference",
      run: async () => eachSample(await found(), expectSameBothWays),
    },
  ];
}

/** Operators under test. */
interface Subject {
  readonly component: OperatorComponent;
  readonly operator: OperatorPlugin;
  readonly samples: readonly OperatorSample[];
}

async function subjectOf({ manifest, operators = {} }: KnownPlugin, name: string | undefined): Promise<Subject> {
  const components = manifest.components.filter((component) => component.kind === "operator");
  const component = components.find((one) => name === undefined || one.name === name);
  const operator = component && operators[component.name];
  if (component === undefined || operator === undefined)
    throw new Error(`there is no operator component "${name ?? ""}"`);
  return { component, operator, samples: (await operator.samples?.()) ?? [] };
}

async function eachSample(subject: Subject, check: (sample: OperatorSample, subject: Subject) => Promise<void>) {
  for (const sample of subject.samples) {
    try {
      await check(sample, subject);
    } catch (cause) {
      throw new Error(`sample of ${sample.node.op}: ${String(cause)}`, { cause });
    }
  }
}

async function expectTypes({ node, inputs }: OperatorSample, { operator }: Subject): Promise<void> {
  const types = await operator.infer(
    node,
    inputs.map(({ value }) => typeOfValue(value)),
  );
  const open = await operator.infer(
    node,
    inputs.map(() => undefined),
  );
  if (types.length < node.outputs.length || open.length < node.outputs.length)
    throw new Error(`found ${types.length} types, expected ${node.outputs.length}`);
  // one that is lowered need have no reference
  const given = operator.run === undefined ? [] : await reference({ node, inputs }, operator).catch(() => []);
  for (const [i, { value }] of given.entries()) {
    const [found, inferred] = [typeOfValue(value), types[i]];
    if (inferred !== undefined && !typeFits(found, inferred))
      throw new Error(`output ${i} is ${formatType(found)}, inferred ${formatType(inferred)}`);
  }
}

async function expectRuns(sample: OperatorSample, subject: Subject): Promise<void> {
  const isLowered = (await lowered(sample, subject)) !== undefined;
  if (!isLowered && subject.operator.run === undefined) throw new Error("it is neither lowered nor run");
  if (!isLowered) await reference(sample, subject.operator);
}

async function expectSameBothWays(sample: OperatorSample, subject: Subject): Promise<void> {
  const model = await lowered(sample, subject);
  if (model === undefined || subject.operator.run === undefined) return;
  const given = await reference(sample, subject.operator).catch(() => undefined);
  if (given === undefined) return;
  expectClose(await evaluateModel(model, sample.inputs), given, REWRITTEN, "the results");
}

async function reference({ node, inputs }: OperatorSample, operator: OperatorPlugin): Promise<readonly NamedValue[]> {
  const values = new Map(inputs.map(({ name, value }) => [name, value]));
  const outputs = await operator.run!(
    node,
    node.inputs.map((name) => values.get(name)),
    quietContext(),
  );
  return outputs.map((value, i) => ({ name: node.outputs[i], value }));
}

/** The sample as a model without nodes of the domain; undefined where it is not lowered. */
async function lowered(sample: OperatorSample, { component, operator }: Subject): Promise<Snapshot | undefined> {
  const model = modelOf(
    sample,
    await operator.infer(
      sample.node,
      sample.inputs.map(({ value }) => typeOfValue(value)),
    ),
  );
  const patches = (await operator.lower?.(model, quietContext())) ?? [];
  const { snapshot } = applyPatches(model, patches);
  if (snapshot.graph.nodes.some(({ domain }) => domain === component.domain)) return undefined;
  verifySnapshot(snapshot);
  return snapshot;
}

function modelOf({ node, inputs }: OperatorSample, types: readonly Graph["outputs"][number]["type"][]): Snapshot {
  const outputs = node.outputs.map((name, i) => ({ name, type: types[i] }));
  const graph: Graph = {
    name: "sample",
    inputs: inputs.map(({ name, value }) => ({ name, type: typeOfValue(value) })),
    outputs,
    weights: [],
    nodes: [node satisfies Node],
    values: [],
  };
  return { graph, stores: [], metadata: [], producer: "" };
}
