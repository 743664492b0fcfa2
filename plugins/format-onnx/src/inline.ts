import { operatorOf, quote, versionIndex } from "hodu-plugin-sdk";
import type { SourceFile } from "./source-file.ts";
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  ValueInfoProto,
} from "./generated/onnx_pb.ts";
import { domainOf } from "./graph.ts";
import { INLINED_FLOOR, MAX_CALL_DEPTH, MAX_INLINED_CHARACTERS, MAX_INLINED_NODES_PER_BYTE } from "./limits.ts";
import { readImports } from "./opsets.ts";
import { UniqueNames } from "./unique-names.ts";
import { graphsOf } from "./walk.ts";

/**
 * The graph with every call of a model-local function replaced by the function's nodes. Their names and those of inner values
 * start with the call's: `encoder/layer_0/Add_3`. Adds the opsets that functions import to `opsets`.
 */
export function inlineFunctions(
  model: ModelProto,
  graph: GraphProto,
  opsets: Map<string, number>,
  file: SourceFile,
): GraphProto {
  if (model.functions.length === 0) return graph;
  const functions = new Functions(model, file);
  functions.checkSize(graph);
  model.functions.forEach((definition, i) => addOpsets(definition, `functions[${i}].opset_import`, opsets, file));
  const inliner = new Inliner(functions, namesOf(graph), file);
  return { ...graph, node: inliner.nodes(graph.node, rootScope, "graph") };
}

/**
 * Adds the opsets that a function imports. Versions may differ from the model's as long as every operator that the function uses
 * is the same in both.
 */
function addOpsets(definition: FunctionProto, field: string, opsets: Map<string, number>, file: SourceFile): void {
  for (const [domain, version] of readImports(definition.opsetImport, field, file)) {
    const known = opsets.get(domain);
    if (known === undefined) opsets.set(domain, version);
    if (known === undefined || known === version) continue;
    const changed = changedOperator(definition.node, domain, known, version);
    if (changed === undefined) continue;
    throw file.unsupported({
      what: `function ${quote(definition.name)}`,
      found: `operator ${quote(changed)} in opset ${version} of domain ${quote(domain)}`,
      expected: `opset ${known}, as in the model, where it is another`,
      field,
    });
  }
}

/** An operator of a domain that is not the same in two opsets. */
function changedOperator(nodes: readonly NodeProto[], domain: string, a: number, b: number): string | undefined {
  for (const node of nodes) {
    const definition = domainOf(node) === domain ? operatorOf(domain, node.opType) : undefined;
    if (definition !== undefined && versionIndex(definition, a) !== versionIndex(definition, b)) return node.opType;
    for (const attribute of node.attribute) {
      for (const graph of graphsOf(attribute)) {
        const changed = changedOperator(graph.node, domain, a, b);
        if (changed !== undefined) return changed;
      }
    }
  }
  return undefined;
}

/** Inputs and outputs that make as much work as a node. */
const INPUTS_PER_NODE = 16;

const keyOf = (domain: string, name: string, overload: string): string => `${domain}\0${name}\0${overload}`;

/** The functions of a model, by what calls name. */
class Functions {
  readonly #byKey = new Map<string, FunctionProto>();
  readonly #file: SourceFile;
  /** Nodes that a call becomes, and the calls inside of each other below it; undefined while it is being counted. */
  readonly #sizes = new Map<FunctionProto, { readonly nodes: number; readonly depth: number } | undefined>();

  constructor(model: ModelProto, file: SourceFile) {
    this.#file = file;
    model.functions.forEach((definition, i) => {
      const key = keyOf(domainOf(definition), definition.name, definition.overload);
      if (this.#byKey.has(key) || definition.name === "") {
        throw file.bad({
          what: `function ${quote(definition.name)}`,
          found: definition.name === "" ? "no name" : "a second function of that name",
          expected: "a name of its own",
          field: `functions[${i}]`,
        });
      }
      this.#byKey.set(key, definition);
    });
  }

  calledBy(node: NodeProto): FunctionProto | undefined {
    return this.#byKey.get(keyOf(domainOf(node), node.opType, node.overload));
  }

  /** Refuses recursion and models that inlining would blow up, before anything is made. */
  checkSize(graph: GraphProto): void {
    for (const definition of this.#byKey.values()) this.#sizeOf(definition, 1);
    const { nodes } = this.#sizeOfNodes(graph.node, 0);
    const limit = Math.max(INLINED_FLOOR, MAX_INLINED_NODES_PER_BYTE * (this.#file.bytes?.length ?? 0));
    if (nodes > limit) {
      throw this.#file.bad({
        found: `functions that make about ${nodes} nodes`,
        expected: `at most ${limit}`,
        field: "functions",
      });
    }
  }

  #sizeOf(definition: FunctionProto, depth: number): { readonly nodes: number; readonly depth: number } {
    const known = this.#sizes.get(definition);
    if (known !== undefined) return known;
    const bad = (found: string, expected: string) =>
      this.#file.bad({ what: `function ${quote(definition.name)}`, found, expected, field: "functions" });
    if (this.#sizes.has(definition)) throw bad("a function that calls itself", "no recursion");
    this.#sizes.set(definition, undefined);
    const size = depth > MAX_CALL_DEPTH ? undefined : this.#sizeOfNodes(definition.node, depth);
    if (size === undefined || size.depth >= MAX_CALL_DEPTH) {
      throw bad(`calls nested more than ${MAX_CALL_DEPTH} deep`, "fewer");
    }
    const total = { nodes: size.nodes, depth: size.depth + 1 };
    this.#sizes.set(definition, total);
    return total;
  }

  #sizeOfNodes(nodes: readonly NodeProto[], depth: number): { readonly nodes: number; readonly depth: number } {
    let count = 0;
    let deepest = 0;
    const add = (size: { readonly nodes: number; readonly depth: number }): void => {
      count += size.nodes;
      deepest = Math.max(deepest, size.depth);
    };
    for (const node of nodes) {
      const callee = this.calledBy(node);
      // A call of a function without nodes is work too, and a node of many inputs is that of many nodes.
      count += 1 + Math.floor((node.input.length + node.output.length) / INPUTS_PER_NODE);
      if (callee !== undefined) add(this.#sizeOf(callee, depth + 1));
      for (const attribute of node.attribute) {
        for (const graph of graphsOf(attribute)) add(this.#sizeOfNodes(graph.node, depth));
      }
    }
    return { nodes: count, depth: deepest };
  }
}

/** What names and attribute references mean where nodes stand. */
interface Scope {
  /** Starts the names of nodes and values; "" outside of functions. */
  readonly prefix: string;
  /** New names of values; undefined outside of functions, where they stay. */
  readonly values: Map<string, string> | undefined;
  /** What attribute references stand for. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
}

const rootScope: Scope = { prefix: "", values: undefined, attributes: new Map() };

class Inliner {
  readonly #functions: Functions;
  readonly #file: SourceFile;
  /** Names of values and calls that are in use. */
  readonly #names: UniqueNames;
  #characters = 0;

  constructor(functions: Functions, taken: Set<string>, file: SourceFile) {
    this.#functions = functions;
    this.#names = new UniqueNames(taken);
    this.#file = file;
  }

  nodes(nodes: readonly NodeProto[], scope: Scope, field: string): NodeProto[] {
    return nodes.flatMap((node, i) => {
      const path = `${field}.node[${i}]`;
      const here = this.#moved(node, i, scope, path);
      const callee = this.#functions.calledBy(node);
      return callee === undefined ? [here] : this.#call(here, i, callee, path);
    });
  }

  /** The node with names and attributes as they are outside of the function, its subgraphs inlined. */
  #moved(node: NodeProto, index: number, scope: Scope, field: string): NodeProto {
    const inside = scope.values !== undefined;
    if (!inside && node.attribute.every((attribute) => graphsOf(attribute).length === 0)) return node;
    return {
      ...node,
      name: inside ? this.#count(scope.prefix + (node.name === "" ? `${node.opType}_${index}` : node.name)) : node.name,
      input: node.input.map((name) => this.#rename(name, scope)),
      output: node.output.map((name) => this.#rename(name, scope)),
      attribute: node.attribute.flatMap((attribute) => this.#attribute(attribute, scope, field)),
    };
  }

  /** References become what the call gave, or the function's default, or nothing. */
  #attribute(attribute: AttributeProto, scope: Scope, field: string): AttributeProto[] {
    const { name, refAttrName, type } = attribute;
    if (refAttrName !== "" && scope.values !== undefined) {
      const value = scope.attributes.get(refAttrName);
      if (value === undefined) return [];
      if (type !== 0 && value.type !== 0 && value.type !== type) {
        throw this.#file.bad({
          what: `attribute ${quote(name)}`,
          found: `a value of type ${value.type} for ${quote(refAttrName)}`,
          expected: `type ${type}`,
          field: `${field}.attribute ${quote(name)}`,
        });
      }
      return [value.name === name ? value : { ...value, name }];
    }
    if (graphsOf(attribute).length === 0) return [attribute];
    const at = `${field}.attribute ${quote(name)}`;
    const graphs = attribute.graphs.map((graph) => this.#graph(graph, scope, at));
    return [
      attribute.g === undefined
        ? { ...attribute, graphs }
        : { ...attribute, g: this.#graph(attribute.g, scope, at), graphs },
    ];
  }

  #graph(graph: GraphProto, scope: Scope, field: string): GraphProto {
    const node = () => this.nodes(graph.node, scope, field);
    if (scope.values === undefined) return { ...graph, node: node() };
    const info = (value: ValueInfoProto): ValueInfoProto =>
      withoutShape({ ...value, name: this.#rename(value.name, scope) });
    return {
      ...graph,
      input: graph.input.map(info),
      output: graph.output.map(info),
      valueInfo: [],
      initializer: graph.initializer.map((tensor) => ({ ...tensor, name: this.#rename(tensor.name, scope) })),
      sparseInitializer: graph.sparseInitializer.map((sparse) =>
        sparse.values === undefined
          ? sparse
          : { ...sparse, values: { ...sparse.values, name: this.#rename(sparse.values.name, scope) } },
      ),
      node: node(),
    };
  }

  #call(call: NodeProto, index: number, callee: FunctionProto, field: string): NodeProto[] {
    const what = `call ${quote(call.name)} of function ${quote(callee.name)}`;
    for (const [kind, found, most] of [
      ["inputs", call.input.length, callee.input.length],
      ["outputs", call.output.length, callee.output.length],
    ] as const) {
      if (found > most) throw this.#file.bad({ what, found: `${found} ${kind}`, expected: `at most ${most}`, field });
    }
    const path = this.#unique(call.name === "" ? `${call.opType}_${index}` : call.name);
    const values = new Map(callee.input.map((name, i) => [name, call.input[i] ?? ""]));
    const attributes = new Map(
      [...callee.attributeProto, ...call.attribute].map((attribute) => [attribute.name, attribute]),
    );
    const scope: Scope = { prefix: `${path}/`, values, attributes };
    const copies: NodeProto[] = [];
    callee.output.forEach((name, i) => {
      const outer = call.output[i] ?? "";
      if (outer === "") return;
      // An input that is an output too, or one value given out twice.
      const source = values.get(name);
      if (source === undefined) values.set(name, outer);
      else copies.push(identity(source, outer, `${path}/${name}`));
    });
    return [...this.nodes(callee.node, scope, `function ${quote(callee.name)}`), ...copies];
  }

  #rename(name: string, scope: Scope): string {
    if (name === "" || scope.values === undefined) return name;
    let renamed = scope.values.get(name);
    if (renamed === undefined) {
      renamed = this.#unique(scope.prefix + name);
      scope.values.set(name, renamed);
    }
    return renamed;
  }

  #unique(wish: string): string {
    return this.#count(this.#names.fresh(wish));
  }

  #count(name: string): string {
    this.#characters += name.length;
    if (this.#characters > MAX_INLINED_CHARACTERS) {
      throw this.#file.bad({
        found: "functions that make names of too many characters",
        expected: `at most ${MAX_INLINED_CHARACTERS}`,
        field: "functions",
      });
    }
    return name;
  }
}

function identity(from: string, to: string, name: string): NodeProto {
  return {
    $typeName: "onnx.NodeProto",
    input: [from],
    output: [to],
    name,
    opType: "Identity",
    attribute: [],
    domain: "",
    overload: "",
  };
}

/** Dims in a function hold for one call of it: names of dims are not those of the model. */
function withoutShape(info: ValueInfoProto): ValueInfoProto {
  const { type } = info;
  if (type?.value.case !== "tensorType") return { ...info, type: undefined };
  return {
    ...info,
    type: { ...type, value: { case: "tensorType", value: { ...type.value.value, shape: undefined } } },
  };
}

/** Every value and node name of a graph and its subgraphs. */
function namesOf(graph: GraphProto, names = new Set<string>()): Set<string> {
  for (const { name } of [...graph.input, ...graph.initializer]) names.add(name);
  for (const { values } of graph.sparseInitializer) names.add(values?.name ?? "");
  for (const node of graph.node) {
    for (const name of node.output) names.add(name);
    for (const attribute of node.attribute) for (const inner of graphsOf(attribute)) namesOf(inner, names);
  }
  return names;
}
