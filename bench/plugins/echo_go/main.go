// A backend that does nothing: what is left of a call is its way there and back.
package main

import hodu "hodu.dev/plugin"

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

// session gives those of its inputs, or of the inputs before, that are asked for.
type session struct{ last []hodu.NamedValue }

func (s *session) Run(inputs []hodu.NamedValue, options hodu.RunOptions, _ *hodu.Call) (*hodu.RunResult, error) {
	if len(inputs) > 0 {
		s.last = inputs
	}
	result := &hodu.RunResult{}
	for _, name := range options.Outputs {
		for _, value := range s.last {
			if value.Name == name {
				result.Outputs = append(result.Outputs, value)
			}
		}
	}
	return result, nil
}

func (s *session) Dispose() error { return nil }
