/** An order of axes, as ONNX Transpose takes it in `perm`: axis `i` of the result is axis `order[i]` of the tensor. */
export type Order = readonly number[];

/** The order that changes nothing. */
export const identityOrder = (rank: number): Order => Array.from({ length: rank }, (_, axis) => axis);

/** What two Transposes in a row do, `first` before `then`. */
export const composeOrders = (first: Order, then: Order): Order => then.map((axis) => first[axis]);

/** The order that takes another back. */
export const inverseOrder = (order: Order): Order => identityOrder(order.length).map((axis) => order.indexOf(axis));

/** Whether an order is one of so many axes. */
export const isOrder = (order: Order, rank: number): boolean =>
  order.length === rank && identityOrder(rank).every((axis) => order.includes(axis));

/** Whether an order changes nothing. */
export const isIdentityOrder = (order: Order): boolean => order.every((axis, i) => axis === i);

/** Whether two orders are the same. */
export const ordersEqual = (a: Order, b: Order): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** Equal for equal orders. */
export const orderKey = (order: Order): string => order.join();

/** The axes from 2 on before axis 1: how channels come to lie side by side. */
export const channelsLastOrder = (rank: number): Order => [0, ...identityOrder(rank).slice(2), 1];

/** Whether these axes come in the same order as before. */
export function keepsAmong(order: Order, axes: readonly number[]): boolean {
  const kept = order.filter((axis) => axes.includes(axis));
  return kept.every((axis, i) => i === 0 || kept[i - 1] < axis);
}

/**
 * The order of the axes of a tensor that shares some axes with another, whose order is given: shared axes follow it, all others stay at
 * their places. `partner[axis]` is the axis of this tensor that is axis `axis` of the other; undefined for one that is not shared.
 */
export function orderThrough(order: Order, partner: readonly (number | undefined)[], rank: number): Order {
  const shared = order.map((axis) => partner[axis]).filter((axis) => axis !== undefined);
  const own = new Set(shared);
  let next = 0;
  return identityOrder(rank).map((axis) => (own.has(axis) ? shared[next++] : axis));
}
