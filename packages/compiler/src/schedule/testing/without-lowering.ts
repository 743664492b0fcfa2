/** The operators without a lowering, by the reason for it. What has one is taken out here. */
export const WITHOUT_LOWERING: Readonly<Record<string, readonly string[]>> = {
  "not yet": names(`DeformConv
      FlexAttention    
     MaxRoiPool MelWeightMatrix   
    RoiAlign`),
  "each element follows from those before it": names(`Det`),
  "elements are sorted": names(`Unique`),
  "the shape depends on the data": names(`Compress NonMaxSuppression NonZero`),
  "known before the run": names(`Constant Shape Size`),
  "random, or so in training": names(
    `Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike`,
  ),
  "runs other graphs": names(`If Loop Scan SequenceMap`),
  "sequences, optionals and maps":
    names(`CastMap ConcatFromSequence DictVectorizer Optional OptionalGetElement OptionalHasElement SequenceAt
    SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence ZipMap`),
  "text and pictures": names(
    `CategoryMapper ImageDecoder LabelEncoder RegexFullMatch StringConcat StringNormalizer StringSplit TfIdfVectorizer`,
  ),
  "classic models": names(`FeatureVectorizer Imputer LinearClassifier LinearRegressor Normalizer OneHotEncoder
    SVMClassifier SVMRegressor Scaler TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor`),
  training: names(`Gradient`),
};

function names(text: string): readonly string[] {
  return text.split(/\s+/);
}
