/**
 * One cycle for every strongly connected group of files (Tarjan 1972), each as the shortest way round from its first
 * file, in the order of `graph`. Edges to files that are no key of `graph` are ignored.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  return strongComponents(graph).flatMap((component) => {
    const cycle = shortestCycle(graph, component);
    return cycle === undefined ? [] : [cycle];
  });
}

function strongComponents(graph: ReadonlyMap<string, readonly string[]>): Set<string>[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const open = new Set<string>();
  const components: Set<string>[] = [];
  const lower = (node: string, value: number): void => {
    low.set(node, Math.min(low.get(node) ?? value, value));
  };
  const visit = (node: string): void => {
    index.set(node, index.size);
    lower(node, index.size - 1);
    stack.push(node);
    open.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) {
        visit(next);
        lower(node, low.get(next) ?? 0);
      } else if (open.has(next)) lower(node, index.get(next) ?? 0);
    }
    if (low.get(node) !== index.get(node)) return;
    const component = new Set(stack.splice(stack.indexOf(node)));
    for (const member of component) open.delete(member);
    components.push(component);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return components;
}

function shortestCycle(graph: ReadonlyMap<string, readonly string[]>, component: Set<string>): string[] | undefined {
  const [start] = component;
  if (start === undefined) return undefined;
  const from = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return trace(from, start, node);
      if (!component.has(next) || from.has(next)) continue;
      from.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}

function trace(from: ReadonlyMap<string, string>, start: string, last: string): string[] {
  const path = [last];
  for (let node = last; node !== start; ) {
    node = from.get(node) ?? start;
    path.unshift(node);
  }
  return path;
}
