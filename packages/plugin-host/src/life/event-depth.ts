import { AsyncLocalStorage } from "node:async_hooks";
import { MAX_EVENT_DEPTH, MAX_EVENTS_OF_ONE } from "./limits.ts";

/** An event on its way to its listeners, and the one that brought it about. */
export interface Delivery {
  readonly parent: Delivery | undefined;
  readonly depth: number;
  /** Events that the first of the chain has brought about. */
  readonly family: { size: number };
  readonly isOpen: boolean;
}

const current = new AsyncLocalStorage<Delivery>();

/** Whether an event that is published here and now is one too many of those that one event brought about. */
export function isTooDeep(): boolean {
  const parent = deliveryHere();
  return parent !== undefined && (parent.depth >= MAX_EVENT_DEPTH || parent.family.size >= MAX_EVENTS_OF_ONE);
}

/** Delivers an event; what `deliver` publishes, at once or later, counts as brought about by it for as long as it is not done. */
export async function nested(deliver: () => Promise<void>): Promise<void> {
  const parent = deliveryHere();
  const family = parent?.family ?? { size: 0 };
  family.size += 1;
  const delivery = { parent, depth: (parent?.depth ?? 0) + 1, family, isOpen: true };
  try {
    await current.run(delivery, deliver);
  } finally {
    delivery.isOpen = false;
  }
}

/** Calls `work` as if no event had brought it about. */
export function apart<T>(work: () => T): T {
  return current.exit(work);
}

/** Calls `work` as brought about by an event: what came by way of another process does not say that itself. */
export function broughtAboutBy<T>(delivery: Delivery, work: () => T): T {
  return current.run(delivery, work);
}

/** The nearest event on whose delivery what runs here still depends: on one that a timer was started in long ago, it does not. */
export function deliveryHere(): Delivery | undefined {
  let delivery = current.getStore();
  while (delivery !== undefined && !delivery.isOpen) delivery = delivery.parent;
  return delivery;
}
