import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { type Node, SNAPSHOT_OPSET, SNAPSHOT_OPSETS } from "../snapshot/types.ts";

/** The lowest opset of ai.onnx that is chosen unasked: onnxruntime and most others run nothing older. */
export const LOWEST_OPSET = 7;

/** The opsets of its domain that can say a node: `lowest`, and on to the one before `ended` (undefined: to the newest). */
export interface NodeOpsets {
  readonly node: Node;
  readonly lowest: number;
  readonly ended: number | undefined;
}

/**
 * The lowest opset of each domain that holds all of the nodes; of ai.onnx, which is always there, `wanted` when it is given, else one from
 * LOWEST_OPSET on. Throws UNSUPPORTED with all nodes that are not in it.
 */
export function chooseOpsets(nodes: readonly NodeOpsets[], wanted: number | undefined): Map<string, number> {
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= SNAPSHOT_OPSET)) {
    throw new HoduError("UNSUPPORTED", `Cannot save the model in opset ${wanted}: expected 1 to ${SNAPSHOT_OPSET}`, {
      hint: "hodu convert --help",
    });
  }
  const never = nodes.filter(({ node, lowest }) => lowest > SNAPSHOT_OPSETS.get(node.domain)!);
  if (never.length > 0) throw inNone(never);
  const opsets = new Map([["", LOWEST_OPSET]]);
  for (const { node, lowest } of nodes) opsets.set(node.domain, Math.max(lowest, opsets.get(node.domain) ?? 1));
  for (const [domain, lowest] of opsets) checkEnds(nodes, domain, lowest);
  if (wanted === undefined) return opsets;
  const late = nodes.filter(({ node, lowest }) => node.domain === "" && lowest > wanted);
  if (late.length > 0) throw tooNew(late, wanted, opsets.get("")!);
  return opsets.set("", wanted);
}

/** Operators that an opset ended cannot stand beside those that came with it or later. */
function checkEnds(nodes: readonly NodeOpsets[], domain: string, lowest: number): void {
  const ended = nodes.filter((entry) => entry.node.domain === domain && (entry.ended ?? Infinity) <= lowest);
  if (ended.length === 0) return;
  const newest = nodes.filter((entry) => entry.node.domain === domain && entry.lowest === lowest);
  const [last, first] = [ended, newest].map((list) => namesByOperator(list).join(", "));
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot save the model in one opset of ${domain === "" ? "ai.onnx" : domain}: found ${first}, there from opset ${lowest} on, and ${last}, which ended with ${ended[0].ended}`,
    { hint: "hodu inspect --verbose" },
  );
}

/** Operators that a message lists before it counts the rest. */
const LISTED = 10;

function tooNew(nodes: readonly NodeOpsets[], wanted: number, lowest: number): HoduError {
  const lines = namesByOperator(nodes, ({ lowest: from }) => `, there from opset ${from} on`);
  return unsaid(nodes, `opset ${wanted}: found nodes that it cannot say`, lines, `hodu convert --opset ${lowest}`);
}

function inNone(nodes: readonly NodeOpsets[]): HoduError {
  const found = "any opset: found nodes that read or give a dtype that no version of their operators has";
  return unsaid(nodes, found, namesByOperator(nodes), "hodu inspect --verbose");
}

function unsaid(nodes: readonly NodeOpsets[], found: string, lines: readonly string[], hint: string): HoduError {
  const rest = lines.length > LISTED ? [`and ${lines.length - LISTED} more`] : [];
  const list = [...lines.slice(0, LISTED), ...rest].join("\n  ");
  const [{ node }] = nodes;
  return new HoduError("UNSUPPORTED", `Cannot save the model in ${found}:\n  ${list}`, {
    hint,
    where: { node: node.name, operator: node.op },
  });
}

/** `Resize "a", "b", ... (12 nodes)`, one line for each operator and what `more` says of it. */
function namesByOperator(nodes: readonly NodeOpsets[], more: (entry: NodeOpsets) => string = () => ""): string[] {
  const lines = new Map<string, { readonly names: string[]; readonly entry: NodeOpsets }>();
  for (const entry of nodes) {
    const key = `${entry.node.op}${more(entry)}`;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { names: [entry.node.name], entry });
    else line.names.push(entry.node.name);
  }
  return [...lines.values()].map(({ names, entry }) => {
    const count = names.length > 3 ? `, ... (${names.length} nodes)` : "";
    return `${entry.node.op} ${names.slice(0, 3).map(quote).join(", ")}${count}${more(entry)}`;
  });
}
