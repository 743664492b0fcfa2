import type { DType } from "../dtypes/dtypes.ts";
import type { Graph } from "../snapshot/types.ts";
import type { BigData, NumberData, Tensor } from "../tensors/tensor.ts";
import type { Value } from "../tensors/values.ts";
import type { RandomSource } from "../random/random-source.ts";

/** What a kernel gives, in the order of the node's outputs; undefined for one that is not wanted. */
export type Outputs = readonly (Value | undefined)[];

/**
 * A kernel that may take longer than some milliseconds is a generator. It yields nothing now and then (at least every few million
 * basic operations), so that its caller can end it at a deadline; or it yields a promise and gets its value back.
 */
export type Steps<Result> = Generator<Promise<unknown> | undefined, Result, unknown>;

/** Outputs at once, or steps to them. */
export type KernelResult = Outputs | Steps<Outputs>;

/** What a reference kernel may use of the world. */
export interface KernelContext {
  /** "f64": f16, bf16 and f32 are kept and computed in double. */
  readonly wide: boolean;
  /** Number of outputs that the node wants. */
  readonly outputCount: number;
  /** True when output i is wanted. */
  wants(i: number): boolean;
  /** A buffer to write numbers to, accounted for; `tensor()` rounds it to the dtype. For every dtype but i64, u64, complex and string. */
  output(dtype: DType, shape: readonly number[]): NumberOutput;
  /** The same for i64 and u64. */
  bigOutput(dtype: DType, shape: readonly number[]): BigOutput;
  /** A zeroed tensor of any dtype in storage form (for kernels that move elements without reading them). Write before returning it only. */
  allocate(dtype: DType, shape: readonly number[]): Tensor;
  /** Accounts for `bytes` of other memory that the kernel is about to take; throws MEMORY_LIMIT. Freed when the kernel ends. */
  reserve(bytes: number): void;
  /** A source of random numbers: numpy's RandomState for a seed, else one that differs from run to run (or follows the run's seed). */
  random(seed: number | undefined): RandomSource;
  /** Runs a subgraph of the node; values of the surrounding graph are visible in it. */
  runGraph(graph: Graph, inputs: readonly Value[]): Steps<Value[]>;
  /** Decodes a picture (JPEG, PNG, BMP, TIFF, WebP, JPEG 2000, PNM) to 8-bit RGB, if the host can. */
  decodeImage(bytes: Uint8Array): Promise<DecodedImage>;
  /** Ends the run: the node breaks `rule` with these values. */
  fail(rule: string): never;
}

/** An output in the making, written as numbers in row-major order. */
export interface NumberOutput {
  /** Zeroed; f32 and ints are the storage itself, smaller floats are collected in double and rounded once. */
  readonly data: NumberData;
  tensor(): Tensor;
  /** tensor() in steps, for a result that may be large. */
  rounded(): Steps<Tensor>;
}

/** An i64 or u64 output in the making, written as bigints in row-major order. */
export interface BigOutput {
  readonly data: BigData;
  tensor(): Tensor;
}

/** 8 bits a channel, row-major, channels last, RGB. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}
