import type { Patch } from "@hodu/core";
import { definePass } from "../stages/pass.ts";
import { chooseForms } from "./transposes/choose-forms.ts";
import { REGION_NODES, TRIED_ORDERS } from "./transposes/limits.ts";
import { findWrapped, type FormContext } from "./transposes/node-form.ts";
import { isIdentityOrder, type Order, orderKey } from "./transposes/order.ts";
import { RegionGrowth } from "./transposes/region.ts";
import { patchOf, planRewriting, type Rewriting } from "./transposes/rewrite-forms.ts";
import { type ValueClass, ValueClasses } from "./transposes/value-class.ts";

/**
 * Moves Transposes through operators to where the least is moved, which is nowhere if they cancel. A patch is made only where fewer
 * elements are moved after it, or as many by fewer nodes: so it comes to rest. Spatial nodes between two Transposes stay as they are.
 */
export const pushTransposes = definePass({
  name: "push-transposes",
  stage: "topology_optimization",
  requires: [],
  accuracy: "exact",
  isLate: true,
  summary: { title: "Transpose elimination", counts: "removed" },
  run(graph): readonly Patch[] {
    if (!graph.graph.nodes.some(({ op }) => op === "Transpose")) return [];
    const context: FormContext = { graph, classes: new ValueClasses(graph), wrapped: findWrapped(graph) };
    const taken = new Set<ValueClass>();
    return context.classes.transposed.flatMap((value) => {
      const best = taken.has(value) ? undefined : bestRewriting(value, context);
      if (best === undefined || [...best.values.keys()].some((each) => taken.has(each))) return [];
      for (const each of best.values.keys()) taken.add(each);
      return [patchOf(best, "Transpose", context)];
    });
  },
});

/** The rewriting around a value after which the least is moved; undefined where none is better than what is there. */
function bestRewriting(value: ValueClass, context: FormContext): Rewriting | undefined {
  const own = value.members.get(value.root)!;
  const orders = new Map<string, Order>();
  for (const order of value.members.values()) if (!isIdentityOrder(order)) orders.set(orderKey(order), order);
  const free = (): number => 0;
  const cost = (_: unknown, form: { readonly cost: number }): number => form.cost;
  let best = planRewriting(new Map(), [value], free, context);
  for (const order of [...orders.values()].slice(0, TRIED_ORDERS)) {
    const region = new RegionGrowth(context, false);
    region.addOrders(value, [own, order]);
    region.grow(REGION_NODES);
    const rewriting = planRewriting(chooseForms(region, cost, context), [value], cost, context);
    if (rewriting.gain > best.gain) best = rewriting;
  }
  return best.gain > 0 ? best : undefined;
}
