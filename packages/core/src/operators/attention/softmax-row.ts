/** Turns `count` scores from `start` on into probabilities; all -Infinity (nothing to attend to) gives zeros. */
export function softmaxRow(scores: Float64Array, start: number, count: number): void {
  const end = start + count;
  let largest = -Infinity;
  for (let i = start; i < end; i++) largest = Math.max(largest, scores[i]);
  if (largest === -Infinity) {
    scores.fill(0, start, end);
    return;
  }
  let sum = 0;
  for (let i = start; i < end; i++) {
    scores[i] = Math.exp(scores[i] - largest);
    sum += scores[i];
  }
  for (let i = start; i < end; i++) scores[i] /= sum;
}
