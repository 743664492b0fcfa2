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
	bytes, err := hodu.EncodeSnapshot(model.Snapshot)
	return &hodu.Artifact{Bytes: bytes}, err
}

func (plain) Load(artifact *hodu.Artifact, weights *hodu.Source, options hodu.SessionOptions, call *hodu.Call) (hodu.Session, error) {
	snapshot, err := hodu.DecodeSnapshot(artifact.Bytes)
	if err != nil {
		return nil, err
	}
	tensors, err := hodu.LoadWeights(snapshot, weights, options.MaxMemory, call)
	return &session{graph: snapshot.Graph, weights: tensors, maxMemory: options.MaxMemory}, err
}

// session is a model with its weights in memory.
type session struct {
	graph     *hodu.Graph
	weights   map[string]hodu.Value
	maxMemory float64
}

func (s *session) Run(inputs []hodu.NamedValue, options hodu.RunOptions, call *hodu.Call) (*hodu.RunResult, error) {
	values, err := hodu.BindInputs(s.graph, inputs, s.weights)
	if err != nil {
		return nil, err
	}
	wanted, err := hodu.WantedOutputs(s.graph, options)
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
	for _, name := range wanted {
		result.Outputs = append(result.Outputs, hodu.NamedValue{Name: name, Value: values[name]})
	}
	return result, nil
}

func (s *session) Dispose() error { return nil }
