import type {
  BackendPlugin,
  ComponentKind,
  FormatPlugin,
  HwTransformPlugin,
  KernelBackendPlugin,
  KernelPlugin,
  OperatorPlugin,
  TransformPlugin,
} from "hodu-plugin-sdk";

/** What implements a component of each kind that a plugin can be asked for. */
export interface Implementations {
  readonly format: FormatPlugin;
  readonly backend: BackendPlugin;
  readonly transform: TransformPlugin;
  readonly kernel: KernelPlugin;
  readonly "kernel-backend": KernelBackendPlugin;
  readonly "hw-transform": HwTransformPlugin;
  readonly operator: OperatorPlugin;
}

/** The kinds of components that are code: the others are native, or events and services only. */
export type ImplementedKind = keyof Implementations & ComponentKind;
