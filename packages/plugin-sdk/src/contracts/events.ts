/** The arrows of the pipeline: from a file to a session that runs, or to another file. */
export type StageName = "load" | "verify" | "compile" | "open" | "save";

/** What the engine tells whoever listens. The engine publishes into a sink; what delivers it further is the host's. */
export type HoduEvent =
  | { readonly type: "StageStart"; readonly stage: StageName }
  /** The stage ended well, after this time. */
  | { readonly type: "StageEnd"; readonly stage: StageName; readonly milliseconds: number };

/** Takes an event at once; what it throws ends the call that published. */
export type EventSink = (event: HoduEvent) => void;
