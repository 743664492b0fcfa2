import type { Node } from "@hodu/core";
import type { PlannedPatch } from "./plan-patch.ts";
import { definingScope, type Scope } from "./scope.ts";

/** Patches that do not touch each other, in their order; the others wait for the next round. */
export interface Choice {
  readonly chosen: readonly PlannedPatch[];
  readonly deferred: readonly PlannedPatch[];
}

/** Chooses from the first patch on: each one that gets along with those chosen before it. */
export function choosePatches(patches: readonly PlannedPatch[]): Choice {
  const state: State = { removedBy: new Map(), read: new Map(), owners: new Set(), renames: new Map() };
  const chosen: PlannedPatch[] = [];
  const deferred: PlannedPatch[] = [];
  for (const patch of patches) {
    if (clashes(patch, state)) deferred.push(patch);
    else {
      take(patch, state);
      chosen.push(patch);
    }
  }
  return { chosen, deferred };
}

interface State {
  readonly removedBy: Map<Node, PlannedPatch>;
  /** Values of nodes that chosen patches rely on. */
  readonly read: Map<Node, Set<string>>;
  /** Nodes in whose graphs a chosen patch works. */
  readonly owners: Set<Node>;
  readonly renames: Map<Scope, Map<string, string>>;
}

function clashes({ patch, scope, removed, provided, reads }: PlannedPatch, state: State): boolean {
  for (const node of removed) {
    if (state.removedBy.has(node) || state.owners.has(node)) return true;
    for (const value of state.read.get(node) ?? []) if (!provided.has(value)) return true;
  }
  for (const { node, value } of reads) if (state.removedBy.get(node)?.provided.has(value) === false) return true;
  for (const owner of ownersOf(scope)) if (state.removedBy.has(owner)) return true;
  return patch.rename.some(([from, to]) => leadsTo(to, from, scope, state.renames));
}

/** Whether what is to be read instead of `target` has itself been renamed to it. */
function leadsTo(start: string, target: string, scope: Scope, renames: State["renames"]): boolean {
  let name = start;
  for (;;) {
    if (name === target) return true;
    const next = renames.get(definingScope(scope, name) ?? scope)?.get(name);
    if (next === undefined) return false;
    name = next;
  }
}

function take(planned: PlannedPatch, { removedBy, read, owners, renames }: State): void {
  const { patch, scope, removed, reads } = planned;
  for (const node of removed) removedBy.set(node, planned);
  for (const { node, value } of reads) read.set(node, (read.get(node) ?? new Set()).add(value));
  for (const owner of ownersOf(scope)) owners.add(owner);
  const own = renames.get(scope) ?? new Map<string, string>();
  for (const [from, to] of patch.rename) own.set(from, to);
  renames.set(scope, own);
}

function* ownersOf(scope: Scope): Generator<Node> {
  for (let at: Scope | undefined = scope; at?.owner !== undefined; at = at.parent) yield at.owner;
}
