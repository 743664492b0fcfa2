import type { HoduEvent } from "hodu-plugin-sdk";

/** The variants of HoduEvent: what no event type of Custom events passes for. */
const VARIANTS = {
  SystemInit: true,
  SystemShutdown: true,
  PluginDiscovered: true,
  PluginInstalled: true,
  PluginLoaded: true,
  PluginUnloaded: true,
  PluginDisabled: true,
  PluginReloaded: true,
  PluginFailed: true,
  InstallProgress: true,
  StageStart: true,
  StageEnd: true,
  TransformApplied: true,
  TensorOp: true,
  EpochStart: true,
  EpochEnd: true,
  BackendChanged: true,
  HardwareDetected: true,
  ModelRegistered: true,
  ModelLoaded: true,
  ModelUnloaded: true,
  InferenceStart: true,
  InferenceEnd: true,
  Telemetry: true,
  Custom: true,
} as const satisfies Readonly<Record<HoduEvent["type"], true>>;

/** Whether a subscription of that name gets the event: by its variant, as one of all ("*"), or a Custom one by its event type. */
export function matches(name: string, event: HoduEvent): boolean {
  if (name === "*" || name === event.type) return true;
  return event.type === "Custom" && event.eventType === name && !Object.hasOwn(VARIANTS, name);
}
