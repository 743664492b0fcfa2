import { attention } from "./attention/attention.ts";
import { flexAttention } from "./attention/flex-attention.ts";
import { linearAttention } from "./attention/linear-attention.ts";
import { rotaryEmbedding } from "./attention/rotary-embedding.ts";
import { causalConvWithState } from "./contraction/causal-conv-with-state.ts";
import { col2Im } from "./contraction/col2-im.ts";
import { convInteger } from "./contraction/conv-integer.ts";
import { convTranspose } from "./contraction/conv-transpose.ts";
import { conv } from "./contraction/conv.ts";
import { deformConv } from "./contraction/deform-conv.ts";
import { gemm } from "./contraction/gemm.ts";
import { matMulInteger } from "./contraction/mat-mul-integer.ts";
import { matMul } from "./contraction/mat-mul.ts";
import { qLinearConv } from "./contraction/q-linear-conv.ts";
import { qLinearMatMul } from "./contraction/q-linear-mat-mul.ts";
import { ifOperator } from "./control/if.ts";
import { loop } from "./control/loop.ts";
import { scan } from "./control/scan.ts";
import { abs } from "./elementwise/abs.ts";
import { acos } from "./elementwise/acos.ts";
import { acosh } from "./elementwise/acosh.ts";
import { add } from "./elementwise/add.ts";
import { and } from "./elementwise/and.ts";
import { asin } from "./elementwise/asin.ts";
import { asinh } from "./elementwise/asinh.ts";
import { atan } from "./elementwise/atan.ts";
import { atanh } from "./elementwise/atanh.ts";
import { bitCast } from "./elementwise/bit-cast.ts";
import { bitShift } from "./elementwise/bit-shift.ts";
import { bitwiseAnd } from "./elementwise/bitwise-and.ts";
import { bitwiseNot } from "./elementwise/bitwise-not.ts";
import { bitwiseOr } from "./elementwise/bitwise-or.ts";
import { bitwiseXor } from "./elementwise/bitwise-xor.ts";
import { castLike } from "./elementwise/cast-like.ts";
import { cast } from "./elementwise/cast.ts";
import { ceil } from "./elementwise/ceil.ts";
import { celu } from "./elementwise/celu.ts";
import { clip } from "./elementwise/clip.ts";
import { cos } from "./elementwise/cos.ts";
import { cosh } from "./elementwise/cosh.ts";
import { div } from "./elementwise/div.ts";
import { elu } from "./elementwise/elu.ts";
import { equal } from "./elementwise/equal.ts";
import { erf } from "./elementwise/erf.ts";
import { exp } from "./elementwise/exp.ts";
import { floor } from "./elementwise/floor.ts";
import { gelu } from "./elementwise/gelu.ts";
import { greaterOrEqual } from "./elementwise/greater-or-equal.ts";
import { greater } from "./elementwise/greater.ts";
import { hardSigmoid } from "./elementwise/hard-sigmoid.ts";
import { hardSwish } from "./elementwise/hard-swish.ts";
import { isInf } from "./elementwise/is-inf.ts";
import { isNaN } from "./elementwise/is-na-n.ts";
import { leakyRelu } from "./elementwise/leaky-relu.ts";
import { lessOrEqual } from "./elementwise/less-or-equal.ts";
import { less } from "./elementwise/less.ts";
import { log } from "./elementwise/log.ts";
import { max } from "./elementwise/max.ts";
import { mean } from "./elementwise/mean.ts";
import { min } from "./elementwise/min.ts";
import { mish } from "./elementwise/mish.ts";
import { mod } from "./elementwise/mod.ts";
import { mul } from "./elementwise/mul.ts";
import { neg } from "./elementwise/neg.ts";
import { not } from "./elementwise/not.ts";
import { or } from "./elementwise/or.ts";
import { pRelu } from "./elementwise/p-relu.ts";
import { pow } from "./elementwise/pow.ts";
import { reciprocal } from "./elementwise/reciprocal.ts";
import { relu } from "./elementwise/relu.ts";
import { round } from "./elementwise/round.ts";
import { selu } from "./elementwise/selu.ts";
import { shrink } from "./elementwise/shrink.ts";
import { sigmoid } from "./elementwise/sigmoid.ts";
import { sign } from "./elementwise/sign.ts";
import { sin } from "./elementwise/sin.ts";
import { sinh } from "./elementwise/sinh.ts";
import { softplus } from "./elementwise/softplus.ts";
import { softsign } from "./elementwise/softsign.ts";
import { sqrt } from "./elementwise/sqrt.ts";
import { sub } from "./elementwise/sub.ts";
import { sum } from "./elementwise/sum.ts";
import { swiGlu } from "./elementwise/swi-glu.ts";
import { swish } from "./elementwise/swish.ts";
import { tan } from "./elementwise/tan.ts";
import { tanh } from "./elementwise/tanh.ts";
import { thresholdedRelu } from "./elementwise/thresholded-relu.ts";
import { where } from "./elementwise/where.ts";
import { xor } from "./elementwise/xor.ts";
import { arrayFeatureExtractor } from "./ml/array-feature-extractor.ts";
import { binarizer } from "./ml/binarizer.ts";
import { castMap } from "./ml/cast-map.ts";
import { categoryMapper } from "./ml/category-mapper.ts";
import { dictVectorizer } from "./ml/dict-vectorizer.ts";
import { featureVectorizer } from "./ml/feature-vectorizer.ts";
import { imputer } from "./ml/imputer.ts";
import { labelEncoder } from "./ml/label-encoder.ts";
import { linearClassifier } from "./ml/linear-classifier.ts";
import { linearRegressor } from "./ml/linear-regressor.ts";
import { normalizer } from "./ml/normalizer.ts";
import { oneHotEncoder } from "./ml/one-hot-encoder.ts";
import { scaler } from "./ml/scaler.ts";
import { svmClassifier } from "./ml/svm-classifier.ts";
import { svmRegressor } from "./ml/svm-regressor.ts";
import { treeEnsembleClassifier } from "./ml/tree-ensemble-classifier.ts";
import { treeEnsembleRegressor } from "./ml/tree-ensemble-regressor.ts";
import { treeEnsemble } from "./ml/tree-ensemble.ts";
import { zipMap } from "./ml/zip-map.ts";
import { centerCropPad } from "./movement/center-crop-pad.ts";
import { compress } from "./movement/compress.ts";
import { concat } from "./movement/concat.ts";
import { constantOfShape } from "./movement/constant-of-shape.ts";
import { constant } from "./movement/constant.ts";
import { depthToSpace } from "./movement/depth-to-space.ts";
import { expand } from "./movement/expand.ts";
import { eyeLike } from "./movement/eye-like.ts";
import { flatten } from "./movement/flatten.ts";
import { gatherElements } from "./movement/gather-elements.ts";
import { gatherNd } from "./movement/gather-nd.ts";
import { gather } from "./movement/gather.ts";
import { identity } from "./movement/identity.ts";
import { nonZero } from "./movement/non-zero.ts";
import { oneHot } from "./movement/one-hot.ts";
import { pad } from "./movement/pad.ts";
import { range } from "./movement/range.ts";
import { reshape } from "./movement/reshape.ts";
import { reverseSequence } from "./movement/reverse-sequence.ts";
import { scatterElements } from "./movement/scatter-elements.ts";
import { scatterNd } from "./movement/scatter-nd.ts";
import { scatter } from "./movement/scatter.ts";
import { shape } from "./movement/shape.ts";
import { sizeOperator } from "./movement/size.ts";
import { slice } from "./movement/slice.ts";
import { spaceToDepth } from "./movement/space-to-depth.ts";
import { split } from "./movement/split.ts";
import { squeeze } from "./movement/squeeze.ts";
import { tensorScatter } from "./movement/tensor-scatter.ts";
import { tile } from "./movement/tile.ts";
import { topK } from "./movement/top-k.ts";
import { transpose } from "./movement/transpose.ts";
import { trilu } from "./movement/trilu.ts";
import { unique } from "./movement/unique.ts";
import { unsqueeze } from "./movement/unsqueeze.ts";
import { batchNormalization } from "./normalization/batch-normalization.ts";
import { groupNormalization } from "./normalization/group-normalization.ts";
import { hardmax } from "./normalization/hardmax.ts";
import { instanceNormalization } from "./normalization/instance-normalization.ts";
import { layerNormalization } from "./normalization/layer-normalization.ts";
import { logSoftmax } from "./normalization/log-softmax.ts";
import { lpNormalization } from "./normalization/lp-normalization.ts";
import { lrn } from "./normalization/lrn.ts";
import { meanVarianceNormalization } from "./normalization/mean-variance-normalization.ts";
import { negativeLogLikelihoodLoss } from "./normalization/negative-log-likelihood-loss.ts";
import { rmsNormalization } from "./normalization/rms-normalization.ts";
import { softmaxCrossEntropyLoss } from "./normalization/softmax-cross-entropy-loss.ts";
import { softmax } from "./normalization/softmax.ts";
import { dequantizeLinear } from "./quantization/dequantize-linear.ts";
import { dynamicQuantizeLinear } from "./quantization/dynamic-quantize-linear.ts";
import { quantizeLinear } from "./quantization/quantize-linear.ts";
import { bernoulli } from "./random/bernoulli.ts";
import { dropout } from "./random/dropout.ts";
import { multinomial } from "./random/multinomial.ts";
import { randomNormalLike } from "./random/random-normal-like.ts";
import { randomNormal } from "./random/random-normal.ts";
import { randomUniformLike } from "./random/random-uniform-like.ts";
import { randomUniform } from "./random/random-uniform.ts";
import { gru } from "./recurrent/gru.ts";
import { lstm } from "./recurrent/lstm.ts";
import { rnn } from "./recurrent/rnn.ts";
import { argMax } from "./reduction/arg-max.ts";
import { argMin } from "./reduction/arg-min.ts";
import { cumProd } from "./reduction/cum-prod.ts";
import { cumSum } from "./reduction/cum-sum.ts";
import { det } from "./reduction/det.ts";
import { einsum } from "./reduction/einsum.ts";
import { reduceL1 } from "./reduction/reduce-l1.ts";
import { reduceL2 } from "./reduction/reduce-l2.ts";
import { reduceLogSumExp } from "./reduction/reduce-log-sum-exp.ts";
import { reduceLogSum } from "./reduction/reduce-log-sum.ts";
import { reduceMax } from "./reduction/reduce-max.ts";
import { reduceMean } from "./reduction/reduce-mean.ts";
import { reduceMin } from "./reduction/reduce-min.ts";
import { reduceProd } from "./reduction/reduce-prod.ts";
import { reduceSumSquare } from "./reduction/reduce-sum-square.ts";
import { reduceSum } from "./reduction/reduce-sum.ts";
import { concatFromSequence } from "./sequence/concat-from-sequence.ts";
import { optionalGetElement } from "./sequence/optional-get-element.ts";
import { optionalHasElement } from "./sequence/optional-has-element.ts";
import { optionalOperator } from "./sequence/optional.ts";
import { sequenceAt } from "./sequence/sequence-at.ts";
import { sequenceConstruct } from "./sequence/sequence-construct.ts";
import { sequenceEmpty } from "./sequence/sequence-empty.ts";
import { sequenceErase } from "./sequence/sequence-erase.ts";
import { sequenceInsert } from "./sequence/sequence-insert.ts";
import { sequenceLength } from "./sequence/sequence-length.ts";
import { sequenceMap } from "./sequence/sequence-map.ts";
import { splitToSequence } from "./sequence/split-to-sequence.ts";
import { blackmanWindow } from "./signal/blackman-window.ts";
import { dft } from "./signal/dft.ts";
import { hammingWindow } from "./signal/hamming-window.ts";
import { hannWindow } from "./signal/hann-window.ts";
import { melWeightMatrix } from "./signal/mel-weight-matrix.ts";
import { stft } from "./signal/stft.ts";
import { regexFullMatch } from "./text/regex-full-match.ts";
import { stringConcat } from "./text/string-concat.ts";
import { stringNormalizer } from "./text/string-normalizer.ts";
import { stringSplit } from "./text/string-split.ts";
import { tfIdfVectorizer } from "./text/tf-idf-vectorizer.ts";
import { adagrad } from "./training/adagrad.ts";
import { adam } from "./training/adam.ts";
import { gradient } from "./training/gradient.ts";
import { momentum } from "./training/momentum.ts";
import { affineGrid } from "./vision/affine-grid.ts";
import { averagePool } from "./vision/average-pool.ts";
import { globalAveragePool } from "./vision/global-average-pool.ts";
import { globalLpPool } from "./vision/global-lp-pool.ts";
import { globalMaxPool } from "./vision/global-max-pool.ts";
import { gridSample } from "./vision/grid-sample.ts";
import { imageDecoder } from "./vision/image-decoder.ts";
import { lpPool } from "./vision/lp-pool.ts";
import { maxPool } from "./vision/max-pool.ts";
import { maxRoiPool } from "./vision/max-roi-pool.ts";
import { maxUnpool } from "./vision/max-unpool.ts";
import { nonMaxSuppression } from "./vision/non-max-suppression.ts";
import { resize } from "./vision/resize.ts";
import { roiAlign } from "./vision/roi-align.ts";
import { upsample } from "./vision/upsample.ts";
import type { OperatorDef } from "./operator.ts";

/** Every operator, sorted by domain and name. To add one: its file, an import and a line here. */
export const OPERATORS: readonly OperatorDef[] = [
  abs,
  acos,
  acosh,
  add,
  affineGrid,
  and,
  argMax,
  argMin,
  asin,
  asinh,
  atan,
  atanh,
  attention,
  averagePool,
  batchNormalization,
  bernoulli,
  bitCast,
  bitShift,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  blackmanWindow,
  cast,
  castLike,
  causalConvWithState,
  ceil,
  celu,
  centerCropPad,
  clip,
  col2Im,
  compress,
  concat,
  concatFromSequence,
  constant,
  constantOfShape,
  conv,
  convInteger,
  convTranspose,
  cos,
  cosh,
  cumProd,
  cumSum,
  dft,
  deformConv,
  depthToSpace,
  dequantizeLinear,
  det,
  div,
  dropout,
  dynamicQuantizeLinear,
  einsum,
  elu,
  equal,
  erf,
  exp,
  expand,
  eyeLike,
  flatten,
  floor,
  gru,
  gather,
  gatherElements,
  gatherNd,
  gelu,
  gemm,
  globalAveragePool,
  globalLpPool,
  globalMaxPool,
  greater,
  greaterOrEqual,
  gridSample,
  groupNormalization,
  hammingWindow,
  hannWindow,
  hardSigmoid,
  hardSwish,
  hardmax,
  identity,
  ifOperator,
  imageDecoder,
  instanceNormalization,
  isInf,
  isNaN,
  lrn,
  lstm,
  layerNormalization,
  leakyRelu,
  less,
  lessOrEqual,
  linearAttention,
  log,
  logSoftmax,
  loop,
  lpNormalization,
  lpPool,
  matMul,
  matMulInteger,
  max,
  maxPool,
  maxRoiPool,
  maxUnpool,
  mean,
  meanVarianceNormalization,
  melWeightMatrix,
  min,
  mish,
  mod,
  mul,
  multinomial,
  neg,
  negativeLogLikelihoodLoss,
  nonMaxSuppression,
  nonZero,
  not,
  oneHot,
  optionalOperator,
  optionalGetElement,
  optionalHasElement,
  or,
  pRelu,
  pad,
  pow,
  qLinearConv,
  qLinearMatMul,
  quantizeLinear,
  rmsNormalization,
  rnn,
  randomNormal,
  randomNormalLike,
  randomUniform,
  randomUniformLike,
  range,
  reciprocal,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
  regexFullMatch,
  relu,
  reshape,
  resize,
  reverseSequence,
  roiAlign,
  rotaryEmbedding,
  round,
  stft,
  scan,
  scatter,
  scatterElements,
  scatterNd,
  selu,
  sequenceAt,
  sequenceConstruct,
  sequenceEmpty,
  sequenceErase,
  sequenceInsert,
  sequenceLength,
  sequenceMap,
  shape,
  shrink,
  sigmoid,
  sign,
  sin,
  sinh,
  sizeOperator,
  slice,
  softmax,
  softmaxCrossEntropyLoss,
  softplus,
  softsign,
  spaceToDepth,
  split,
  splitToSequence,
  sqrt,
  squeeze,
  stringConcat,
  stringNormalizer,
  stringSplit,
  sub,
  sum,
  swiGlu,
  swish,
  tan,
  tanh,
  tensorScatter,
  tfIdfVectorizer,
  thresholdedRelu,
  tile,
  topK,
  transpose,
  trilu,
  unique,
  unsqueeze,
  upsample,
  where,
  xor,
  arrayFeatureExtractor,
  binarizer,
  castMap,
  categoryMapper,
  dictVectorizer,
  featureVectorizer,
  imputer,
  labelEncoder,
  linearClassifier,
  linearRegressor,
  normalizer,
  oneHotEncoder,
  svmClassifier,
  svmRegressor,
  scaler,
  treeEnsemble,
  treeEnsembleClassifier,
  treeEnsembleRegressor,
  zipMap,
  flexAttention,
  adagrad,
  adam,
  gradient,
  momentum,
];
