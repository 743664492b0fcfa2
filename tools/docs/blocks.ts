/** A fenced block of a page. */
export interface Block {
  /** The word after the fence; "" without one. */
  readonly kind: string;
  readonly lines: readonly string[];
  /** Line of the fence in the page, from 1. */
  readonly line: number;
  /** Whether nothing but empty lines stands between it and the block before. */
  readonly follows: boolean;
}

/** The fenced blocks of a page, in its order; the fences may be indented. */
export function readBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  let open:
    | { readonly kind: string; readonly lines: string[]; readonly line: number; readonly follows: boolean }
    | undefined;
  let follows = false;
  for (const [i, text] of page.split("\n").entries()) {
    const fence = /^ *```(\S*)/.exec(text);
    if (fence === null) {
      open?.lines.push(text);
      if (open === undefined && text.trim() !== "") follows = false;
    } else if (open === undefined) {
      open = { kind: fence[1], lines: [], line: i + 1, follows };
    } else {
      blocks.push(open);
      open = undefined;
      follows = true;
    }
  }
  return blocks;
}
