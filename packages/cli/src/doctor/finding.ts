/** How something stands: as it should be; not there, which is no fault; to be mended. */
export type Mark = "ok" | "absent" | "wrong";

/** One line of what `hodu doctor` says. */
export interface Finding {
  readonly mark: Mark;
  /** What was looked at: `cpu`, `hodu-format-onnx`. */
  readonly name: string;
  /** The whole line, `name` included, without its mark. */
  readonly text: string;
  /** The next command to type. */
  readonly fix?: string;
}

/** Findings on one matter. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}
