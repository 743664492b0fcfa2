import type { Model, RunNode } from "hodu-plugin-sdk";

/** A model that plugins may have changed since it was read. */
export interface RewrittenModel extends Model {
  /** It is not what its file says any more. */
  readonly isRewritten?: true;
  /** Runs the nodes that only a plugin knows; undefined where there are none. */
  readonly runNode?: RunNode;
  /** The domains of these nodes. */
  readonly domains?: ReadonlySet<string>;
}
