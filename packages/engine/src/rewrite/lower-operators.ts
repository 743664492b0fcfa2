import { HoduError, quote, type Snapshot, verifySnapshot } from "@hodu/core";
import type { CallContext, EventSink, OperatorPlugin, RunNode } from "hodu-plugin-sdk";
import { inferForeign, type Operators } from "./infer-foreign.ts";
import { domainsOf, type OperatorOffer } from "./operator-offer.ts";
import { publishApplied } from "./publish-applied.ts";
import type { RewrittenModel } from "./rewritten-model.ts";

/** What is lowered may need to be lowered again, by another plugin; a chain of this many makes no sense. */
const MAX_ROUNDS = 8;

/**
 * Lowers the nodes of a model whose domains plugins offer, and says how those run that are left. The result is verified.
 * Throws what the plugins throw, INVALID_GRAPH.
 */
export async function lowerOperators<M extends RewrittenModel>(
  model: M,
  offers: ReadonlyMap<string, OperatorOffer>,
  context: CallContext,
  publish: EventSink,
): Promise<M & RewrittenModel> {
  const operators = new Map<string, OperatorPlugin>();
  let { snapshot } = model;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    await loadUsed(snapshot, offers, operators);
    const typed = await inferForeign(snapshot, operators);
    verifySnapshot(typed, { domains: new Set(operators.keys()) });
    const lowered = await lowerOnce(typed, offers, operators, context, publish);
    snapshot = lowered ?? typed;
    if (lowered === undefined) break;
  }
  const domains = new Set([...domainsOf(snapshot.graph)].filter((domain) => operators.has(domain)));
  const rewritten = { ...model, snapshot, isRewritten: true as const };
  return domains.size === 0 ? rewritten : { ...rewritten, domains, runNode: runnerOf(operators) };
}

async function loadUsed(
  { graph }: Snapshot,
  offers: ReadonlyMap<string, OperatorOffer>,
  operators: Map<string, OperatorPlugin>,
): Promise<void> {
  for (const domain of domainsOf(graph)) {
    const offer = operators.has(domain) ? undefined : offers.get(domain);
    if (offer !== undefined) operators.set(domain, await offer.load());
  }
}

/** Applies what each plugin lowers; undefined when nothing is left to be lowered. */
async function lowerOnce(
  snapshot: Snapshot,
  offers: ReadonlyMap<string, OperatorOffer>,
  operators: Operators,
  context: CallContext,
  publish: EventSink,
): Promise<Snapshot | undefined> {
  const { runStages } = await import("@hodu/compiler");
  const steps = [...operators].flatMap(([domain, operator]) => {
    if (operator.lower === undefined) return [];
    const transform = {
      name: `${offers.get(domain)!.plugin} (${domain})`,
      stage: "graph_cleanup" as const,
      version: "",
      requires: [],
      apply: async (current: Snapshot) => {
        if (!domainsOf(current.graph).has(domain)) return [];
        return operator.lower!(current, context);
      },
    };
    return [{ kind: "foreign" as const, transform, config: {} }];
  });
  const { signal } = context;
  const domains = new Set(offers.keys());
  const stages = new Map([["graph_cleanup" as const, steps]]);
  const optimized = await runStages(snapshot, { stages, warnings: [] }, { strict: true, domains, signal });
  publishApplied(optimized.report, () => "graph_cleanup", publish);
  return optimized.report.steps.some(({ rounds }) => rounds > 0) ? optimized.snapshot : undefined;
}

function runnerOf(operators: Operators): RunNode {
  return (node, inputs, context) => {
    const operator = operators.get(node.domain);
    if (operator?.run !== undefined) return operator.run(node, inputs, context);
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot run node ${quote(node.name)} (${node.op}): its plugin neither lowers it nor has a reference for it`,
      { where: { node: node.name, operator: node.op } },
    );
  };
}
