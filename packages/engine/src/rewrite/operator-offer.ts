import { type Graph, graphsIn, SNAPSHOT_OPSETS } from "@hodu/core";
import type { OperatorPlugin } from "hodu-plugin-sdk";

/** Operators of a domain, offered by a plugin that is not loaded yet. */
export interface OperatorOffer {
  readonly domain: string;
  /** Id of the plugin. */
  readonly plugin: string;
  readonly load: () => Promise<OperatorPlugin>;
}

/** Offers by domain; the first of a domain counts, and none has the standard's. */
export function offersByDomain(offers: readonly OperatorOffer[]): ReadonlyMap<string, OperatorOffer> {
  const found = new Map<string, OperatorOffer>();
  for (const offer of offers) {
    const isOwn = offer.domain !== "ai.onnx" && !SNAPSHOT_OPSETS.has(offer.domain);
    if (isOwn && !found.has(offer.domain)) found.set(offer.domain, offer);
  }
  return found;
}

/** The domains of the nodes of a graph and of those inside it. */
export function domainsOf(graph: Graph): ReadonlySet<string> {
  return new Set([...graphsIn(graph)].flatMap(({ nodes }) => nodes.map(({ domain }) => domain)));
}
