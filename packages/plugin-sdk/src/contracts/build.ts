import type { ByteSink } from "./byte-sink.ts";
import type { CallContext } from "./call-context.ts";
import type { Model } from "./model.ts";

/**
 * What a backend with the capability `build` offers: files that run a model without Hodu. A backend without it leaves all three out.
 * Builds of several models may overlap.
 */
export interface BackendBuilder {
  /** What it builds for, the machine that it runs on first. Does not depend on what is installed: that shows when `build` is called. */
  supportedTargets(): Promise<readonly BuildTarget[]>;
  /** What it can make for a target, the usual one first; empty for a target that it does not know. */
  supportedFormats(target: BuildTarget): Promise<readonly OutputFormat[]>;
  /**
   * Writes the model as such a file, its weights copied from where they are; what has to stand beside it is a sibling.
   * The same model and target give the same bytes. Throws UNSUPPORTED (a target, format or node that it cannot build), IO, DEADLINE, ABORTED.
   */
  build(model: Model, target: BuildTarget, format: OutputFormat, sink: ByteSink, context: CallContext): Promise<void>;
}

/** The machine that something is built for. */
export interface BuildTarget {
  /** As compilers name machines: `x86_64-unknown-linux-gnu`, `aarch64-apple-darwin`. */
  readonly triple: string;
  /** Canonical device name there, such as `cpu` or `cuda:0`. */
  readonly device: string;
}

/** A kind of file that a build gives. */
export interface OutputFormat {
  /** Short name, as `--format` takes it: `shared`, `executable`, `ptx`. */
  readonly name: string;
  /** With the dot; "" for a file without one, such as an executable of Linux. */
  readonly extension: string;
}
