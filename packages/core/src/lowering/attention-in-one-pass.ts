import { exp } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { Attention, Point, PointBuilder } from "./contract.ts";
import { contractionPoint } from "./contraction-point.ts";

/**
 * The point [..lead, element, query] of an attention: the largest score, the sum of powers and that of what they weigh go along with the
 * keys, and are scaled anew where a larger score comes. A query that sees no key, or whose scores are all -Infinity, gives 0. Milakov and Gimelshein, "Online normalizer
 * calculation for softmax", 2018.
 */
export function attentionInOnePass(attention: Attention): Point {
  const { scalar, lead, keys, products, bias, value } = attention;
  const at: Point["at"] = (index, k) => {
    const heads = index.slice(0, lead.length);
    const [element, query] = index.slice(lead.length);
    const start = [-Infinity, -Infinity, 0, 0].map((number) => k.constant(scalar, number));
    const [, seen, sum, weighed] = k.foldOver([keys], start, ([largest, open, total, part], [key]) => {
      const place = [...heads, query, key];
      const product = k.let("product", contractionPoint(products).at(place, k));
      const added = bias && k.let("bias", bias(place, k));
      const score = scoreOf(attention, product, added, place, k);
      const next = k.let("next", largerOf(score, largest, k));
      const center = k.let("center", centerOf(next, k));
      const again = k.let("again", exp(k, k.let("difference", k.sub(largest, center))));
      const power = k.let("power", exp(k, k.let("difference", k.sub(score, center))));
      const own = k.mul(power, value([...heads, key, element], k));
      const still = added === undefined ? open : seenWith(added, open, k);
      return [next, still, k.add(k.mul(total, again), power), k.add(k.mul(part, again), own)];
    });
    const isEmpty = k.eq(sum, 0);
    const isHidden = bias === undefined ? isEmpty : k.or(isEmpty, k.eq(seen, -Infinity));
    return k.select(isHidden, 0, k.div(weighed, sum));
  };
  return { at, attention };
}

/** The score at [..lead, query, key] of a sum of products, with what is added to it. */
export function scoreOf(
  attention: Attention,
  product: Expression,
  bias: Expression | undefined,
  index: readonly Expression[],
  k: PointBuilder,
): Expression {
  const score = attention.score(product, index, k);
  return k.let("score", bias === undefined ? score : k.add(score, bias));
}

type Comparing = Pick<PointBuilder, "eq" | "gt" | "select">;

/** The larger of a score and the largest one so far. A score that is NaN is left out: its power makes the sum NaN. */
export const largerOf = (score: Expression, largest: Expression, k: Comparing): Expression =>
  k.select(k.gt(score, largest), score, largest);

/** -Infinity until a bias comes that is another number: then a key is seen. */
export const seenWith = (bias: Expression, seen: Expression, k: Comparing): Expression =>
  k.select(k.eq(bias, -Infinity), seen, bias);

/** What is taken from scores before their power: where all are -Infinity there is none to take. */
export const centerOf = (largest: Expression, k: Comparing): Expression =>
  k.select(k.eq(largest, -Infinity), 0, largest);
