import { logistic } from "./post-transform.ts";

/** Pairwise probabilities stay this far from 0 and 1. */
const MARGIN = 1e-7;
const ITERATIONS = 100;

/**
 * The probabilities of k classes from the scores of their pairs, which Platt's sigmoid (a, b) turns into pairwise
 * probabilities. Source: Wu, Lin and Weng, Probability Estimates for Multi-class Classification by Pairwise Coupling,
 * 2004, second approach.
 */
export function pairProbabilities(
  scores: ArrayLike<number>,
  k: number,
  a: readonly number[],
  b: readonly number[],
): Float64Array {
  const pairwise = new Float64Array(k * k);
  let pair = 0;
  for (let i = 0; i < k; i++) {
    for (let j = i + 1; j < k; j++, pair++) {
      const p = Math.min(Math.max(logistic(-(scores[pair] * a[pair] + b[pair])), MARGIN), 1 - MARGIN);
      pairwise[i * k + j] = p;
      pairwise[j * k + i] = 1 - p;
    }
  }
  return couple(quadraticForm(pairwise, k), k);
}

/** Q of the problem "minimise p' Q p over probabilities p". */
function quadraticForm(r: Float64Array, k: number): Float64Array {
  const q = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      if (i === j) continue;
      q[i * k + i] += r[j * k + i] ** 2;
      q[i * k + j] = -r[j * k + i] * r[i * k + j];
    }
  }
  return q;
}

/** Minimises p' Q p one probability at a time, until the gradient is even. */
function couple(q: Float64Array, k: number): Float64Array {
  const p = new Float64Array(k).fill(1 / k);
  const qp = new Float64Array(k);
  for (let round = 0; round < ITERATIONS; round++) {
    let pqp = 0;
    for (let i = 0; i < k; i++) {
      qp[i] = 0;
      for (let j = 0; j < k; j++) qp[i] += q[i * k + j] * p[j];
      pqp += p[i] * qp[i];
    }
    if (qp.every((value) => Math.abs(value - pqp) < 0.005 / k)) break;
    for (let i = 0; i < k; i++) {
      const step = (pqp - qp[i]) / q[i * k + i];
      p[i] += step;
      pqp = (pqp + step * (step * q[i * k + i] + 2 * qp[i])) / (1 + step) ** 2;
      for (let j = 0; j < k; j++) {
        qp[j] = (qp[j] + step * q[i * k + j]) / (1 + step);
        p[j] /= 1 + step;
      }
    }
  }
  return p;
}
