import type { Node } from "@hodu/core";
import type { Demands } from "./demands.ts";
import type { FormContext, NodeForm } from "./node-form.ts";
import { channelsLastOrder, composeOrders, inverseOrder, orderKey, type Order, ordersEqual } from "./order.ts";
import { intsAttribute } from "./moves/parts.ts";
import type { ValueClass } from "./value-class.ts";

/** A value written anew: its Transposes, and the names under which its orders are read. */
export interface EmittedValue {
  readonly nodes: readonly Node[];
  readonly rename: readonly (readonly [from: string, to: string])[];
  /** The name that its maker gives it. */
  readonly made: string;
  /** By key of the order. */
  readonly names: ReadonlyMap<string, string>;
  /** The same for spatial nodes, which read it with channels on axis 1. */
  readonly wrapped: ReadonlyMap<string, string>;
}

/** Writes the fewest Transposes that meet the demands on a value. `form`: of its maker, when that is written anew. */
export function emitValue(
  value: ValueClass,
  { made, wanted, wrapped }: Demands,
  maker: { readonly form: NodeForm; readonly isChanged: boolean } | undefined,
  { graph }: FormContext,
): EmittedValue {
  const origin = originOf(value, graph.producerOf(value.root));
  const nodes: Node[] = [];
  const transpose = (from: string, to: string, perm: Order): void => {
    const name = graph.fresh(`${to}_transpose`);
    const attributes = [intsAttribute("perm", perm)];
    nodes.push({ op: "Transpose", domain: "", name, inputs: [from], outputs: [to], attributes, origin });
  };
  const isWrapped = maker?.form.isWrapped === true;
  const keepsRoot = maker?.isChanged !== true;
  const isPlainRoot = keepsRoot && !isWrapped;
  const pick = (order: Order): string => {
    const names = [...value.members].filter(
      ([name, own]) => ordersEqual(own, order) && !(keepsRoot && name === value.root),
    );
    return (names.find(([name]) => graph.isOutput(name)) ?? names[0])?.[0] ?? graph.fresh(`${value.root}_transposed`);
  };
  const names = new Map<string, string>();
  const base = isPlainRoot ? value.root : pick(made);
  names.set(orderKey(made), base);
  const raw = isWrapped && !keepsRoot ? graph.fresh(`${value.root}_channels_first`) : value.root;
  if (isWrapped) transpose(raw, base, channelsLastOrder(value.rank));
  for (const [key, order] of wanted) {
    if (names.has(key)) continue;
    const name = pick(order);
    names.set(key, name);
    transpose(base, name, composeOrders(inverseOrder(made), order));
  }
  const firsts = new Map<string, string>();
  for (const key of wrapped.keys()) {
    const name = graph.fresh(`${value.root}_channels_first`);
    firsts.set(key, name);
    transpose(names.get(key)!, name, inverseOrder(channelsLastOrder(value.rank)));
  }
  const rename = [...value.members].flatMap(([name, order]) => {
    const picked = names.get(orderKey(order));
    const isMade = picked === undefined || picked === name || (keepsRoot && name === value.root);
    return isMade ? [] : [[name, picked] as const];
  });
  return { nodes, rename, made: isWrapped ? raw : base, names, wrapped: firsts };
}

/** The source nodes of a value's Transposes: of those that were there, else of its maker. */
function originOf({ transposes }: ValueClass, maker: Node | undefined): readonly string[] {
  const origins = new Set(transposes.flatMap(({ origin }) => origin));
  return origins.size > 0 ? [...origins] : (maker?.origin ?? []);
}
