/** What a code stands for, and the exit status of a command that ends with it. Sorted; each has a heading in docs/errors.md. */
export const ERROR_CODES = {
  ABORTED: { exit: 130, summary: "The call was cancelled by its AbortSignal." },
  BACKEND_NOT_FOUND: { exit: 1, summary: "No backend of that name, or none for that device." },
  BAD_INPUT: { exit: 65, summary: "An input does not fit what the model declares." },
  BAD_MODEL: { exit: 65, summary: "A model file is damaged or breaks a rule of its format." },
  BAD_PLUGIN: { exit: 65, summary: "A plugin's package breaks a rule of manifests." },
  BAD_TENSOR_FILE: { exit: 65, summary: "A tensor file is damaged or breaks a rule of its format." },
  BAD_USAGE: { exit: 2, summary: "The command line cannot be understood." },
  BUILD_FAILED: { exit: 1, summary: "A compiler of the machine could not translate a model's kernels." },
  CANNOT_CREATE: { exit: 73, summary: "An output file cannot be created there." },
  CONFIG: { exit: 78, summary: "A setting is unknown or has a wrong value." },
  DEADLINE: { exit: 70, summary: "The call did not end within its time limit." },
  FORMAT_NOT_FOUND: { exit: 66, summary: "No format plugin reads files of that kind." },
  INVALID_GRAPH: { exit: 65, summary: "A graph breaks a rule of the Snapshot." },
  INVALID_KERNEL: { exit: 70, summary: "A kernel breaks a rule of the kernel IR." },
  IO: { exit: 74, summary: "A file could not be read or written." },
  KERNEL: { exit: 65, summary: "An operator was given values that its definition forbids." },
  LOCKED: { exit: 75, summary: "Another command kept what was wanted for too long." },
  MEMORY_LIMIT: { exit: 65, summary: "The run would need more memory than it may use." },
  MISSING_INPUT: { exit: 66, summary: "A file or a model input is missing." },
  MISMATCH: { exit: 1, summary: "A result differs from what was expected." },
  PLUGIN_BUILD: { exit: 1, summary: "A plugin could not be built." },
  PLUGIN_CRASH: { exit: 70, summary: "A plugin's process ended during a call." },
  PLUGIN_DEPENDENCY: { exit: 1, summary: "A plugin needs another plugin or a tool that is not there." },
  PLUGIN_INCOMPATIBLE: { exit: 1, summary: "A plugin is made for another version of the SDK." },
  PLUGIN_NOT_FOUND: { exit: 66, summary: "There is no plugin of that name." },
  PLUGIN_PROTOCOL: { exit: 70, summary: "A plugin's process broke the protocol." },
  POLICY: { exit: 77, summary: "A safety rule forbids it." },
  UNSUPPORTED: { exit: 65, summary: "A model uses something that this version does not have." },
} as const satisfies Record<string, { readonly exit: number; readonly summary: string }>;

/** A code of ERROR_CODES; each has an entry in docs/errors.md. */
export type ErrorCode = keyof typeof ERROR_CODES;
