/** What the engine tells whoever listens. The engine publishes into a sink; a host's event bus delivers. */
export type HoduEvent =
  | { readonly type: "ModelLoaded"; readonly model: string; readonly milliseconds: number }
  | { readonly type: "InferenceStart"; readonly model: string; readonly backend: string }
  | { readonly type: "InferenceEnd"; readonly model: string; readonly backend: string; readonly milliseconds: number };

export type EventSink = (event: HoduEvent) => void;
