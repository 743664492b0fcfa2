import {
  elementCount,
  indexAt,
  type Inferred,
  type Point,
  type PointInput,
  positionOf,
  staticShape,
  type Tensor,
} from "@hodu/core";
import { type Memory, OPERATIONS, registerOf } from "@hodu/core/kernel-ir";
import { memoryOfDtype } from "./memory-of-dtype.ts";
import { extentOf } from "./program-size.ts";
import type { BufferSource } from "./types.ts";
import type { ScheduledValue } from "./values.ts";

/** What is known of a value besides its type. */
export interface ValueMaking {
  readonly point?: Point;
  readonly source: BufferSource;
  readonly constant?: Tensor;
  readonly origin?: readonly string[];
  readonly op?: string;
}

/** The values that kernels may read or make, by number and by name. */
export class ValueTable {
  readonly values: ScheduledValue[] = [];
  readonly #ids = new Map<string, number>();
  readonly #standIn: number | undefined;

  /** `standIn`: the dim that stands for the program's size. */
  constructor(standIn?: number) {
    this.#standIn = standIn;
  }

  /** The number of a value of the graph; undefined for one that kernels cannot read. */
  idOf(name: string): number | undefined {
    return this.#ids.get(name);
  }

  /** Enters a value of the graph; does nothing for one whose type is not of kernels. */
  addNamed(name: string, type: Inferred, making: ValueMaking): void {
    if (typeof kernelType(type) === "string") return;
    const { memory, dims } = kernelType(type) as KernelType;
    this.#ids.set(name, this.add(name, memory, dims, making));
  }

  /** Lets a value be the one of the graph with this name. */
  adopt(name: string, id: number): void {
    this.#ids.set(name, id);
    this.values[id] = { ...this.values[id], name };
  }

  /** Enters a value; gives its number. */
  add(name: string, memory: Memory, dims: readonly number[], making: ValueMaking): number {
    const shape = dims.map((dim) => OPERATIONS.constant("index", dim));
    const extents = dims.map((dim) => extentOf(dim, this.#standIn));
    const { point, source, constant, origin = [], op = "" } = making;
    const value: ScheduledValue = {
      name,
      memory,
      scalar: registerOf(memory),
      dims,
      order: dims.map((_, axis) => axis),
      elements: elementCount(dims),
      shape,
      extents,
      length: extents.reduce(OPERATIONS.mul, OPERATIONS.constant("index", 1)),
      positionOf: (index) => positionOf(index, shape),
      indexAt: (position) => indexAt(position, shape),
      point,
      source,
      constant,
      origin,
      op,
    };
    return this.values.push(value) - 1;
  }

  /** Puts a value in place of another form of it. */
  replace(id: number, value: ScheduledValue): void {
    this.values[id] = value;
  }

  /** A value as points read it. */
  input(id: number, dtype: PointInput["dtype"]): PointInput {
    const { scalar, shape, constant } = this.values[id];
    return {
      dtype,
      scalar,
      shape,
      constant,
      at: (index, k) => k.read(id, index),
      atPosition: (position, k) => k.readPosition(id, position),
    };
  }
}

/** The memory and dims of a tensor that kernels read or write. */
export interface KernelType {
  readonly memory: Memory;
  readonly dims: readonly number[];
}

/** A type as kernels see it, or why they do not. */
export function kernelType(type: Inferred): KernelType | string {
  if (type === undefined) return "a type is not known before the run";
  if (type.kind !== "tensor") return `a value is a ${type.kind}`;
  const memory = memoryOfDtype(type.dtype);
  if (memory === undefined) return `kernels have no ${type.dtype}`;
  const dims = staticShape(type.shape);
  return dims === undefined ? "a shape is not known before the run" : { memory, dims };
}
