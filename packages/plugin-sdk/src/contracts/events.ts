/** The arrows of the pipeline: from a file to a session that runs, or to another file. */
export type StageName = "load" | "verify" | "compile" | "open" | "save";

/** What happens in a toolchain. The engine publishes into a sink, plugins and the host publish on the bus. Plain data, but for what a Custom event carries. */
export type HoduEvent =
  | { readonly type: "SystemInit" }
  | { readonly type: "SystemShutdown" }
  | PluginHappening<"PluginDiscovered" | "PluginInstalled" | "PluginLoaded" | "PluginUnloaded">
  | PluginHappening<"PluginDisabled" | "PluginReloaded">
  /** A load, a call or a listener of the plugin failed. */
  | { readonly type: "PluginFailed"; readonly plugin: string; readonly error: string }
  /** Of an install. While its sources are taken, `plugin` is the name of their file or folder, and `done` counts bytes. */
  | {
      readonly type: "InstallProgress";
      readonly plugin: string;
      readonly done: number;
      readonly total?: number;
      readonly label: string;
    }
  | { readonly type: "StageStart"; readonly stage: StageName }
  /** The stage ended well, after this time. */
  | { readonly type: "StageEnd"; readonly stage: StageName; readonly milliseconds: number }
  | {
      readonly type: "TransformApplied";
      readonly transform: string;
      readonly stage: string;
      /** Patches that it gave. */
      readonly changes: number;
    }
  | { readonly type: "TensorOp"; readonly op: string; readonly node?: string }
  | { readonly type: "EpochStart"; readonly epoch: number }
  | { readonly type: "EpochEnd"; readonly epoch: number }
  | { readonly type: "BackendChanged"; readonly backend: string; readonly device?: string }
  /** A device that can be used here, as a backend or Hodu itself has found by looking for it. */
  | { readonly type: "HardwareDetected"; readonly device: string; readonly description: string }
  | { readonly type: "ModelRegistered"; readonly model: string }
  | { readonly type: "ModelLoaded"; readonly model: string }
  | { readonly type: "ModelUnloaded"; readonly model: string }
  | { readonly type: "InferenceStart"; readonly model: string }
  | { readonly type: "InferenceEnd"; readonly model: string; readonly milliseconds: number }
  | { readonly type: "Telemetry"; readonly name: string; readonly value: number; readonly unit?: string }
  | CustomEvent;

/** One variant for each type. */
type PluginHappening<Type extends string> = Type extends string
  ? { readonly type: Type; readonly plugin: string; readonly version: string }
  : never;

/** An event of a plugin's own, which is subscribed to by its event type. Across processes `data` travels as JSON. */
export interface CustomEvent<Data = unknown> {
  readonly type: "Custom";
  readonly eventType: string;
  readonly data: Data;
}

/** What a subscription names: a variant, "*", or the event type of Custom events. */
export type EventName = HoduEvent["type"] | "*" | (string & {});

/** The events that a subscription of that name gets. */
export type EventOf<Name extends EventName> = Name extends "*"
  ? HoduEvent
  : Name extends HoduEvent["type"]
    ? Extract<HoduEvent, { readonly type: Name }>
    : CustomEvent;

/** Takes an event at once; what it throws ends the call that published. */
export type EventSink = (event: HoduEvent) => void;
