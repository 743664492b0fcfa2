/** What a Node process can be held to by Node's own permission flags. */
export interface NodeGuards {
  /** What turns them on: its name depends on the version. */
  readonly flag: "--permission" | "--experimental-permission";
  /** Whether they know of the network. */
  readonly network: boolean;
}

/** What this machine has to hold a plugin's process to what it was granted. */
export interface Guards {
  /** Namespaces of Linux: a file system, a network and processes of its own. */
  readonly namespaces: boolean;
  /** Node's flags; undefined: this Node has none. */
  readonly node: NodeGuards | undefined;
  /** setpriv(1) of Linux: the process ends when the host does, however that ends. */
  readonly endsWithParent: boolean;
}

/** Where nothing holds a process to anything. */
export const NO_GUARDS: Guards = { namespaces: false, node: undefined, endsWithParent: false };
