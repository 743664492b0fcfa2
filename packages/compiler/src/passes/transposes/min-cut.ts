/**
 * Divides vertices into two sides at the least cost of the edges that lead from side 1 to side 0 (Ford and Fulkerson 1956, by shortest
 * augmenting paths). Costs are whole numbers, or Infinity.
 */
export class MinCut {
  /** Always on side 1. */
  readonly one = 0;
  /** Always on side 0. */
  readonly zero = 1;
  readonly #edges: number[][] = [[], []];
  readonly #to: number[] = [];
  readonly #room: number[] = [];
  #level: number[] = [];
  #next: number[] = [];

  addVertex(): number {
    return this.#edges.push([]) - 1;
  }

  /** `cost` is paid where `from` is on side 1 and `to` is on side 0. */
  addEdge(from: number, to: number, cost: number): void {
    if (cost === 0 || from === to) return;
    this.#edges[from].push(this.#to.push(to) - 1);
    this.#room.push(cost);
    this.#edges[to].push(this.#to.push(from) - 1);
    this.#room.push(0);
  }

  /** Whether each vertex is on side 1, as few of them as the least cost allows. */
  solve(): readonly boolean[] {
    while (this.#reaches()) {
      this.#next = this.#edges.map(() => 0);
      while (this.#augment());
    }
    return this.#level.map((level) => level >= 0);
  }

  /** Finds how far each vertex is from `one`, along edges with room. */
  #reaches(): boolean {
    this.#level = this.#edges.map(() => -1);
    this.#level[this.one] = 0;
    const queue = [this.one];
    for (const vertex of queue)
      for (const edge of this.#edges[vertex]) {
        const to = this.#to[edge];
        if (this.#room[edge] === 0 || this.#level[to] >= 0) continue;
        this.#level[to] = this.#level[vertex] + 1;
        queue.push(to);
      }
    return this.#level[this.zero] >= 0;
  }

  /** Fills one shortest path; false when there is none left. */
  #augment(): boolean {
    const path: number[] = [];
    for (let vertex = this.one; vertex !== this.zero; ) {
      const edge = this.#edges[vertex][this.#next[vertex]];
      if (edge === undefined) {
        const back = path.pop();
        if (back === undefined) return false;
        vertex = this.#to[back ^ 1];
        this.#next[vertex]++;
      } else if (this.#room[edge] > 0 && this.#level[this.#to[edge]] === this.#level[vertex] + 1) {
        path.push(edge);
        vertex = this.#to[edge];
      } else this.#next[vertex]++;
    }
    const flow = Math.min(...path.map((edge) => this.#room[edge]));
    for (const edge of path) {
      this.#room[edge] -= flow;
      this.#room[edge ^ 1] += flow;
    }
    return true;
  }
}
