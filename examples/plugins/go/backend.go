package main

import (
	"time"

	"hodu-example-go/hodu"
)

// plain runs models of a few operators, a node after the other. Compiling is a check: the artifact is the model.
type plain struct{}

func (plain) Supports(node *hodu.Node, _ []*hodu.ValueType) string {
	if node.Domain == "" && operators[node.Op] != nil {
		return ""
	}
	return "it runs Add, Identity, MatMul and Transpose only"
}

func (p plain) Compile(model *hodu.Model, options hodu.CompileOptions, _ *hodu.Call) (*hodu.Artifact, error) {
	if options.Device != "cpu" || options.Precision != "native" {
		return nil, hodu.Errorf(hodu.Unsupported, "Cannot compile the model: found %s in %s, expected cpu in native precision", options.Device, options.Precision)
	}
	for i := range model.Snapshot.Graph.Nodes {
		node := &model.Snapshot.Graph.Nodes[i]
		if why := p.Supports(node, nil); why != "" {
			return nil, hodu.Errorf(hodu.Unsupported, "Cannot compile %s %q: %s", node.Op, node.Name, why).In(hodu.Place{Node: node.Name, Operator: node.Op})
		}
	}
	bytes, err := hodu.PackSnapshot(model.Snapshot)
	return &hodu.Artifact{Bytes: bytes}, err
}

func (plain) Load(artifact *hodu.Artifact, weights *hodu.Source, options hodu.SessionOptions, call *hodu.Call) (hodu.Session, error) {
	snapshot, err := hodu.UnpackSnapshot(artifact.Bytes)
	if err != nil {
		return nil, err
	}
	model := &hodu.Model{Snapshot: snapshot, Source: weights}
	s := &session{graph: snapshot.Graph, maxMemory: options.MaxMemory, weights: map[string]hodu.Value{}}
	for i := range snapshot.Graph.Weights {
		weight := &snapshot.Graph.Weights[i]
		if s.weights[weight.Name], err = model.Tensor(weight); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// session is a model with its weights in memory.
type session struct {
	graph     *hodu.Graph
	weights   map[string]hodu.Value
	maxMemory float64
}

func (s *session) Run(inputs []hodu.NamedValue, options hodu.RunOptions, call *hodu.Call) (*hodu.RunResult, error) {
	values, err := bind(s.graph, inputs, s.weights)
	if err != nil {
		return nil, err
	}
	result := &hodu.RunResult{}
	memory := budget{left: s.maxMemory}
	for i := range s.graph.Nodes {
		if err := call.Check(); err != nil {
			return nil, err
		}
		node, start := &s.graph.Nodes[i], time.Now()
		given := make([]*hodu.Tensor, len(node.Inputs))
		for j, name := range node.Inputs {
			given[j], _ = values[name].(*hodu.Tensor)
		}
		output, err := operators[node.Op](node, given, &memory)
		if err != nil {
			return nil, err
		}
		values[node.Outputs[0]] = output
		spent := hodu.Float(float64(time.Since(start).Nanoseconds()) / 1e6)
		result.Nodes = append(result.Nodes, hodu.NodeTime{Name: node.Name, Operator: node.Op, Origin: node.Origin, Calls: 1, Milliseconds: spent})
	}
	result.PeakBytes = memory.taken
	result.Outputs, err = s.outputs(values, options.Outputs)
	return result, err
}

func (s *session) Dispose() error { return nil }

// outputs gives those that are wanted, or all.
func (s *session) outputs(values map[string]hodu.Value, wanted []string) ([]hodu.NamedValue, error) {
	known := map[string]bool{}
	var all []string
	for _, output := range s.graph.Outputs {
		known[output.Name] = true
		all = append(all, output.Name)
	}
	if wanted == nil {
		wanted = all
	}
	var given []hodu.NamedValue
	for _, name := range wanted {
		if !known[name] {
			return nil, hodu.Errorf(hodu.BadInput, "Cannot give output %q: the model has %q", name, all)
		}
		given = append(given, hodu.NamedValue{Name: name, Value: values[name]})
	}
	return given, nil
}
