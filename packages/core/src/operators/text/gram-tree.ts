import type { Steps } from "../../kernels/context.ts";

/** What n-grams are made of. */
export type Token = string | number | bigint;

/** The n-grams of a pool by their tokens: `gram` is the position in the pool of the n-gram that ends here. */
export interface GramTree {
  gram: number | undefined;
  readonly next: Map<Token, GramTree>;
}

interface PoolLayout {
  readonly min_gram_length: number;
  readonly max_gram_length: number;
  readonly ngram_counts: readonly number[];
  readonly ngram_indexes: readonly number[];
}

/**
 * The tree of the n-grams whose length is wanted; `ngram_counts[n - 1]` is where the n-grams of length n begin in the
 * pool.
 */
export function growGramTree(
  pool: readonly Token[],
  layout: PoolLayout,
  context: { fail(rule: string): never },
): GramTree {
  const root: GramTree = { gram: undefined, next: new Map() };
  const { ngram_counts: starts, min_gram_length: min, max_gram_length: max } = layout;
  let gram = 0;
  starts.forEach((start, i) => {
    const size = i + 1;
    const end = starts[i + 1] ?? pool.length;
    if (start < 0 || end < start || end > pool.length || (end - start) % size !== 0) {
      context.fail(`items ${start}..${end} of a pool of ${pool.length} must hold whole n-grams of ${size} items`);
    }
    for (let at = start; at < end; at += size, gram++) {
      if (size >= min && size <= max) plant(root, pool, at, size, gram);
    }
  });
  if (gram > layout.ngram_indexes.length) {
    context.fail(
      `ngram_indexes must have an element for each of ${gram} n-grams, found ${layout.ngram_indexes.length}`,
    );
  }
  return root;
}

function plant(root: GramTree, pool: readonly Token[], at: number, size: number, gram: number): void {
  let node = root;
  for (let i = at; i < at + size; i++) {
    let child = node.next.get(pool[i]);
    if (child === undefined) node.next.set(pool[i], (child = { gram: undefined, next: new Map() }));
    node = child;
  }
  node.gram = gram;
}

/** Look-ups between two yields. */
const YIELD_AFTER = 1 << 18;

/**
 * Calls `found` for each occurrence of an n-gram in `length` tokens from `start`, for each distance between its parts
 * that is allowed.
 */
export function* countGrams(
  tree: GramTree,
  tokens: ArrayLike<Token>,
  start: number,
  length: number,
  limits: { readonly min_gram_length: number; readonly max_gram_length: number; readonly max_skip_count: number },
  found: (gram: number) => void,
): Steps<void> {
  const { max_gram_length: longest } = limits;
  const end = start + length;
  let work = 0;
  for (let distance = 1; distance <= Math.min(limits.max_skip_count + 1, length); distance++) {
    // A single item has no distances: it is counted in the first round alone.
    const shortest = distance === 1 ? limits.min_gram_length : Math.max(2, limits.min_gram_length);
    if (shortest > longest) return;
    for (let first = start; first + distance * (shortest - 1) < end; first++) {
      let node: GramTree | undefined = tree;
      for (let size = 1, at = first; size <= longest && at < end; size++, at += distance) {
        node = node.next.get(tokens[at]);
        if (node === undefined) break;
        if (size >= shortest && node.gram !== undefined) found(node.gram);
        work++;
      }
      if (++work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
  }
}
