/** How far a float may be from what is expected: |found - expected| <= atol + rtol * |expected|. All else is compared exactly. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** The tolerance of the ONNX backend tests. */
export const DEFAULT_TOLERANCE: Tolerance = { rtol: 1e-3, atol: 1e-7 };
