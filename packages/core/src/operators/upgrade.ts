import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import {
  constantIn,
  declareGraph,
  type Facts,
  inferNode,
  type InferOptions,
  newFacts,
  subgraphOptions,
  typeIn,
} from "../inference/infer.ts";
import { type Graph, type Node, type Snapshot, SNAPSHOT_OPSETS, type Weight } from "../snapshot/types.ts";
import type { Tensor } from "../tensors/tensor.ts";
import { checkInputTypes, checkNodeForm } from "./check-node.ts";
import { FreshNames } from "./fresh-names.ts";
import { operatorOf, schemaOf, versionIndex } from "./lookup.ts";
import { operatorsHint } from "./operators-hint.ts";
import { namesRead } from "./names-read.ts";
import type { OperatorDef, RewriteContext } from "./operator.ts";

/** A model in the opsets that its file states. */
export interface VersionedModel extends Snapshot {
  /** Version of each operator domain that the model uses; "" is ai.onnx. */
  readonly opsets: ReadonlyMap<string, number>;
}

/** What upgrades may look at, and where the model comes from. */
export interface UpgradeOptions {
  /** The tensor of a small weight, where its bytes are at hand. */
  readonly constantOf?: (weight: Weight) => Tensor | undefined;
  /** The model's file, for the place of an error. */
  readonly file?: string;
  /** Domains whose operators are known from elsewhere: their nodes stay as they are. */
  readonly domains?: ReadonlySet<string>;
}

/**
 * Rewrites a model to the Snapshot's opsets, node by node in graph order.
 * Throws UNSUPPORTED with all operators, domains and opsets that this release does not have,
 * and INVALID_GRAPH with all nodes that break their operator's schema.
 */
export function upgradeModel(model: VersionedModel, options: UpgradeOptions = {}): Snapshot {
  refuseUnsupported(model, options);
  const infer: InferOptions = { constantOf: options.constantOf, domains: options.domains };
  const findings: string[] = [];
  const upgrade: Upgrade = {
    opsets: model.opsets,
    names: new FreshNames(model.graph),
    infer,
    findings,
    file: options.file,
  };
  const graph = upgradeGraph(model.graph, upgrade, undefined);
  if (findings.length > 0) throw invalid(findings, options.file);
  const { stores, metadata, producer } = model;
  return { graph, stores, metadata, producer };
}

/** Findings that a message lists before it counts the rest. */
const LISTED = 10;

function invalid(findings: readonly string[], file: string | undefined): HoduError {
  const rest = findings.length > LISTED ? `\n  and ${findings.length - LISTED} more` : "";
  return new HoduError(
    "INVALID_GRAPH",
    `Cannot use the model: found nodes that break the rules of their operators:\n  ${findings.slice(0, LISTED).join("\n  ")}${rest}`,
    { where: file === undefined ? {} : { file } },
  );
}

interface Upgrade {
  readonly opsets: ReadonlyMap<string, number>;
  readonly names: FreshNames;
  readonly infer: InferOptions;
  readonly findings: string[];
  readonly file: string | undefined;
}

function upgradeGraph(graph: Graph, upgrade: Upgrade, parent: Facts | undefined): Graph {
  const facts = newFacts(parent);
  declareGraph(graph, facts, upgrade.infer);
  const nodes: Node[] = [];
  const read = namesRead(graph);
  for (const node of graph.nodes) {
    const inner = upgradeSubgraphs(node, upgrade, facts);
    try {
      upgradeNode(inner, upgrade.opsets.get(node.domain)!, { upgrade, facts, nodes, read });
    } catch (error) {
      if (!(error instanceof HoduError) || error.code !== "INVALID_GRAPH") throw error;
      upgrade.findings.push(error.message.replace(/^Cannot infer /, ""));
      if (upgrade.findings.length > 100) throw invalid(upgrade.findings, upgrade.file);
    }
  }
  return { ...graph, nodes };
}

function upgradeSubgraphs(node: Node, upgrade: Upgrade, facts: Facts): Node {
  if (node.attributes.every(({ value }) => value.kind !== "graph")) return node;
  const inner = { ...upgrade, infer: subgraphOptions(node, upgrade.infer) };
  return {
    ...node,
    attributes: node.attributes.map(({ name, value }) =>
      value.kind === "graph"
        ? { name, value: { kind: "graph", value: upgradeGraph(value.value, inner, facts) } }
        : { name, value },
    ),
  };
}

interface Target {
  readonly upgrade: Upgrade;
  readonly facts: Facts;
  readonly nodes: Node[];
  readonly read: ReadonlySet<string>;
}

/** Brings one node from `opset` to the Snapshot's and appends it, after the helpers it needs. */
function upgradeNode(source: Node, opset: number, target: Target): void {
  const { facts, nodes, upgrade } = target;
  if (upgrade.infer.domains?.has(source.domain)) {
    inferNode(source, facts, upgrade.infer);
    nodes.push(source);
    return;
  }
  let node = source;
  let definition = definitionOf(node);
  let index = versionIndex(definition, opset);
  checkAgainst(node, definition, index, facts);
  while (index > 0 || definition.deprecated !== undefined) {
    const version = definition.versions[index];
    const next = index > 0 ? definition.versions[index - 1].since : definition.deprecated!;
    const upgraded = version.upgrade?.(node, rewriteContext(node, next, target)) ?? node;
    if (upgraded.op !== node.op || upgraded.domain !== node.domain) {
      definition = definitionOf(upgraded);
      index = versionIndex(definition, next);
    } else index--;
    node = upgraded;
    if (index < 0) throw new Error(`the upgrade of ${source.op} to opset ${next} gives ${node.op}, which is not in it`);
  }
  if (node !== source) checkAgainst(node, definition, 0, facts);
  inferNode(node, facts, upgrade.infer);
  nodes.push(node);
}

function definitionOf(node: Node): OperatorDef {
  return operatorOf(node.domain, node.op)!;
}

function checkAgainst(node: Node, definition: OperatorDef, index: number, facts: Facts): void {
  const schema = schemaOf(definition, index);
  const types = node.inputs.map((name) => (name === "" ? undefined : typeIn(facts, name)));
  const findings = [...checkNodeForm(node, schema), ...checkInputTypes(node, schema, types)];
  if (findings.length > 0) {
    throw new HoduError("INVALID_GRAPH", `node ${quote(node.name)} (${node.op}): ${findings.join("; ")}`, {
      where: { node: node.name, operator: node.op },
    });
  }
}

function rewriteContext(node: Node, opset: number, target: Target): RewriteContext {
  const { upgrade, facts } = target;
  const emit: RewriteContext["emit"] = (op, inputs, attributes = [], given): string => {
    const output = given ?? upgrade.names.fresh(`${node.name}_${op}`);
    const name = upgrade.names.fresh(`${node.name}_${op}_node`);
    upgradeNode({ op, domain: "", name, inputs, outputs: [output], attributes, origin: node.origin }, opset, target);
    return output;
  };
  return {
    emit,
    constant: (value) => emit("Constant", [], [{ name: "value", value: { kind: "tensor", value } }]),
    typeOf: (value) => (value === "" ? undefined : typeIn(facts, value)),
    constantOf: (value) => (value === "" ? undefined : constantIn(facts, value)),
    isRead: (value) => target.read.has(value),
    fail(reason) {
      throw new HoduError("UNSUPPORTED", `Cannot read node ${quote(node.name)} (${node.op}): ${reason}`, {
        where: { node: node.name, operator: node.op },
      });
    },
  };
}

/** One message for everything that this release does not have. */
function refuseUnsupported(model: VersionedModel, options: UpgradeOptions): void {
  const found = new Map<string, string[]>();
  const domains = new Set<string>();
  const note = (what: string, node: Node): void => {
    if (!SNAPSHOT_OPSETS.has(node.domain)) domains.add(node.domain);
    const nodes = found.get(what);
    if (nodes === undefined) found.set(what, [node.name]);
    else nodes.push(node.name);
  };
  collectUnsupported(model.graph, model.opsets, options.domains, note);
  if (found.size === 0) return;
  const lines = [...found].slice(0, LISTED).map(([what, nodes]) => {
    const more = nodes.length > 3 ? `, ... (${nodes.length} nodes)` : "";
    return `${what}: ${nodes.slice(0, 3).map(quote).join(", ")}${more}`;
  });
  const [domain] = domains;
  if (found.size > LISTED) lines.push(`and ${found.size - LISTED} more kinds`);
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot use the model: it needs what this version does not have:\n  ${lines.join("\n  ")}`,
    {
      hint: domain === undefined ? "hodu version" : operatorsHint(domain),
      where: options.file === undefined ? {} : { file: options.file },
    },
  );
}

function collectUnsupported(
  graph: Graph,
  opsets: ReadonlyMap<string, number>,
  domains: ReadonlySet<string> | undefined,
  note: (what: string, node: Node) => void,
): void {
  for (const node of graph.nodes) {
    const what = domains?.has(node.domain) ? undefined : unsupported(node, opsets);
    if (what !== undefined) note(what, node);
    for (const { value } of node.attributes)
      if (value.kind === "graph") collectUnsupported(value.value, opsets, domains, note);
  }
}

function unsupported(node: Node, opsets: ReadonlyMap<string, number>): string | undefined {
  const domain = node.domain === "" ? "ai.onnx" : node.domain;
  const newest = SNAPSHOT_OPSETS.get(node.domain);
  if (newest === undefined) return `domain ${quote(domain)} (operator ${quote(node.op)})`;
  const opset = opsets.get(node.domain);
  if (opset === undefined) return `domain ${quote(domain)} without a stated opset`;
  if (opset < 1 || opset > newest) return `opset ${opset} of ${domain} (1 to ${newest} are known)`;
  const definition = operatorOf(node.domain, node.op);
  if (definition === undefined) return `operator ${quote(node.op)} of ${domain}`;
  if (versionIndex(definition, opset) >= 0) return undefined;
  const oldest = definition.versions.at(-1)!.since;
  return opset < oldest
    ? `operator ${node.op} in opset ${opset} of ${domain} (it is there from ${oldest} on)`
    : `operator ${node.op} in opset ${opset} of ${domain} (it ended with ${definition.deprecated})`;
}
