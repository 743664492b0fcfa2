package hodu

import (
	"crypto/sha256"
	"encoding/hex"
)

// LoadWeights gives the weights of the main graph by name, those with a digest held to it; source is nil where the model has no files. It
// fails with MEMORY_LIMIT before those that are read from files take more than maxBytes, BAD_MODEL for damaged ones, MISSING_INPUT.
func LoadWeights(snapshot *Snapshot, source *Source, maxBytes float64, call *Call) (map[string]Value, error) {
	model, taken, tensors := &Model{snapshot, source}, int64(0), map[string]Value{}
	for i := range snapshot.Graph.Weights {
		if err := call.Check(); err != nil {
			return nil, err
		}
		weight := &snapshot.Graph.Weights[i]
		if weight.Store >= 0 && weight.Store < len(snapshot.Stores) && snapshot.Stores[weight.Store].IsFile {
			taken += weight.Length
		}
		if float64(taken) > maxBytes {
			return nil, Errorf(MemoryLimit, "Cannot load the weights: they need %d bytes and more, of %.0f", taken, maxBytes)
		}
		tensor, err := model.Tensor(weight)
		if err != nil {
			return nil, err
		}
		if err := checkDigest(weight, tensor.Data); err != nil {
			return nil, err
		}
		tensors[weight.Name] = tensor
	}
	return tensors, nil
}

func checkDigest(weight *Weight, data []byte) error {
	if weight.Digest == "" {
		return nil
	}
	sum := sha256.Sum256(data)
	if found := hex.EncodeToString(sum[:]); found != weight.Digest {
		return Errorf(BadModel, "Cannot read weight %q: found bytes of SHA-256 %s, expected %s", weight.Name, found, weight.Digest)
	}
	return nil
}
