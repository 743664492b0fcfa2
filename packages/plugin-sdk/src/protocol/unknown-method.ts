/** The other side does not know a method: it may be older than this one. A defect where the method is one that it must have. */
export class UnknownMethod extends Error {
  override readonly name = "UnknownMethod";
}
