/** What became of something that has a name. */
export interface Change {
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** One line each: what it is, or `before -> after`. */
  readonly details: readonly string[];
}

/** How the elements of two tensors of one dtype and shape differ. The first file's are those expected. */
export interface ElementChange {
  readonly elements: number;
  /** Elements beyond the tolerance. */
  readonly differing: number;
  /** The first of them in row-major order. */
  readonly first?: { readonly index: readonly number[]; readonly a: string; readonly b: string };
  /** Largest |b - a|, of all that differ by a finite amount; null where none does. */
  readonly max_absolute: number | null;
  /** Largest |b - a| / |a|, the same. */
  readonly max_relative: number | null;
  /** NaNs in each. */
  readonly nan: readonly [a: number, b: number];
}

/** What became of a weight, or of a value of a tensor file. `elements` when dtype and shape are the same. */
export interface ValueChange extends Change {
  readonly elements?: ElementChange;
}

/** The same thing under another name. */
export interface Rename {
  readonly kind: "node" | "value" | "weight";
  readonly a: string;
  readonly b: string;
}

/** How many nodes of an operator there are, where that differs. */
export interface OperatorCount {
  readonly operator: string;
  readonly a: number;
  readonly b: number;
}

/** Values of which no element is beyond the tolerance, but some differ. */
export interface Tolerated {
  readonly values: number;
  readonly max_absolute: number;
}

/** How two models differ. Its keys stay. */
export interface ModelDiff {
  readonly kind: "model";
  /** Producer, name of the graph, and metadata by key. */
  readonly metadata: readonly Change[];
  readonly inputs: readonly Change[];
  readonly outputs: readonly Change[];
  readonly operations: readonly OperatorCount[];
  readonly nodes: readonly Change[];
  readonly weights: readonly ValueChange[];
  readonly renamed: readonly Rename[];
  readonly within_tolerance: Tolerated;
}

/** How two tensor files differ. Its keys stay. */
export interface TensorsDiff {
  readonly kind: "tensors";
  readonly metadata: readonly Change[];
  readonly values: readonly ValueChange[];
  readonly within_tolerance: Tolerated;
}

export type FileDiff = ModelDiff | TensorsDiff;

/** Whether there is no difference beyond the tolerance. Names of nodes, inner values and weights are none. */
export function isSame(diff: FileDiff): boolean {
  const lists: readonly (readonly unknown[])[] =
    diff.kind === "model"
      ? [diff.metadata, diff.inputs, diff.outputs, diff.nodes, diff.weights]
      : [diff.metadata, diff.values];
  return lists.every((list) => list.length === 0);
}
