// A backend that does nothing: what is left of a call is its way there and back.
package main

import (
	"slices"
	"sync/atomic"

	hodu "hodu.dev/plugin"
)

func main() {
	hodu.Serve(&hodu.Plugin{ID: "hodu-bench-echo", Version: "1.0.0", Backends: map[string]hodu.Backend{"echo": echo{}}})
}

type echo struct{}

func (echo) Supports(*hodu.Node, []*hodu.ValueType) string { return "" }

func (echo) Compile(*hodu.Model, hodu.CompileOptions, *hodu.Call) (*hodu.Artifact, error) {
	return &hodu.Artifact{}, nil
}

func (echo) Load(*hodu.Artifact, *hodu.Source, hodu.SessionOptions, *hodu.Call) (hodu.Session, error) {
	return &session{}, nil
}

// session has the input named "kept" that came last, copied: its memory is lent for its call. Calls may overlap.
type session struct{ kept atomic.Pointer[hodu.Tensor] }

func (s *session) Run(inputs []hodu.NamedValue, options hodu.RunOptions, _ *hodu.Call) (*hodu.RunResult, error) {
	given := map[string]hodu.Value{}
	for _, input := range inputs {
		given[input.Name] = input.Value
	}
	if tensor, isThere := given["kept"].(*hodu.Tensor); isThere {
		kept := *tensor
		kept.Data = slices.Clone(tensor.Data)
		s.kept.Store(&kept)
	}
	result := &hodu.RunResult{}
	for _, name := range options.Outputs {
		value := given[name]
		if name == "kept" {
			value = s.kept.Load()
		}
		result.Outputs = append(result.Outputs, hodu.NamedValue{Name: name, Value: value})
	}
	return result, nil
}

func (s *session) Dispose() error { return nil }
