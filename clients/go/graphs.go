package hodu

type transformParams struct {
	modelParams
	Transform string         `json:"transform"`
	Config    map[string]any `json:"config"`
}

func applyTransform(s *server, params *transformParams, r *request) (any, error) {
	return apply(s, "transform", s.plugin.Transforms, params, r)
}

func applyHwTransform(s *server, params *transformParams, r *request) (any, error) {
	return apply(s, "hw-transform", s.plugin.HwTransforms, params, r)
}

func apply(s *server, kind string, table map[string]Transform, params *transformParams, r *request) (any, error) {
	transform, err := component(kind, params.Transform, table)
	if err != nil {
		return nil, err
	}
	model, err := params.model(s, r)
	if err != nil {
		return nil, err
	}
	patches, err := transform(model.Snapshot, params.Config, r.call)
	if err != nil {
		return nil, err
	}
	return r.out.patches(patches), nil
}

type inferParams struct {
	nodeParams
	Operator string `json:"operator"`
}

func infer(s *server, params *inferParams, r *request) (any, error) {
	operator, err := component("operator", params.Operator, s.plugin.Operators)
	if err != nil {
		return nil, err
	}
	node, err := params.node(r)
	if err != nil {
		return nil, err
	}
	outputs, err := operator.Infer(node, params.Inputs)
	if err != nil {
		return nil, err
	}
	return map[string]any{"outputs": list(outputs)}, nil
}

type lowerParams struct {
	modelParams
	Operator string `json:"operator"`
}

func lower(s *server, params *lowerParams, r *request) (any, error) {
	operator, err := operatorWith[Lowerer](s, params.Operator, "lowers")
	if err != nil {
		return nil, err
	}
	model, err := params.model(s, r)
	if err != nil {
		return nil, err
	}
	patches, err := operator.Lower(model.Snapshot, r.call)
	if err != nil {
		return nil, err
	}
	return r.out.patches(patches), nil
}

type operatorParams struct {
	Operator string       `json:"operator"`
	Node     *wireNode    `json:"node"`
	Inputs   []*wireValue `json:"inputs"`
}

func runOperator(s *server, params *operatorParams, r *request) (any, error) {
	operator, err := operatorWith[OperatorRunner](s, params.Operator, "runs")
	if err != nil {
		return nil, err
	}
	node, err := r.in.node(params.Node)
	if err != nil {
		return nil, malformed(err)
	}
	inputs := make([]Value, len(params.Inputs))
	for i, wire := range params.Inputs {
		if wire == nil {
			continue
		}
		if inputs[i], err = r.in.value(wire); err != nil {
			return nil, malformed(err)
		}
	}
	outputs, err := operator.Run(node, inputs, r.call)
	if err != nil {
		return nil, err
	}
	return map[string]any{"outputs": r.out.each(outputs)}, nil
}

func samples(s *server, params *operatorParams, r *request) (any, error) {
	operator, err := operatorWith[Sampler](s, params.Operator, "has samples of")
	if err != nil {
		return nil, err
	}
	wire := []map[string]any{}
	for _, sample := range operator.Samples() {
		wire = append(wire, map[string]any{"node": r.out.node(&sample.Node), "inputs": r.out.named(sample.Inputs)})
	}
	return map[string]any{"samples": wire}, nil
}

// operatorWith is an operator that has what the host can do without.
func operatorWith[T any](s *server, name, does string) (T, error) {
	var none T
	operator, err := component("operator", name, s.plugin.Operators)
	if err != nil {
		return none, err
	}
	able, has := operator.(T)
	if !has {
		return none, unknownMethod("operator %q is none that %s its nodes", name, does)
	}
	return able, nil
}

type kernelParams struct {
	modelParams
	Kernel string    `json:"kernel"`
	Node   *wireNode `json:"node"`
}

func (k *kernelParams) read(s *server, r *request) (KernelPlugin, *Node, *Snapshot, error) {
	kernel, err := component("kernel", k.Kernel, s.plugin.Kernels)
	if err != nil {
		return nil, nil, nil, err
	}
	node, err := r.in.node(k.Node)
	if err != nil {
		return nil, nil, nil, malformed(err)
	}
	model, err := k.model(s, r)
	if err != nil {
		return nil, nil, nil, err
	}
	return kernel, node, model.Snapshot, nil
}

func matches(s *server, params *kernelParams, r *request) (any, error) {
	kernel, node, snapshot, err := params.read(s, r)
	if err != nil {
		return nil, err
	}
	return reason(kernel.Matches(node, snapshot)), nil
}

func parameters(s *server, params *kernelParams, r *request) (any, error) {
	kernel, node, snapshot, err := params.read(s, r)
	if err != nil {
		return nil, err
	}
	found, err := kernel.Parameters(node, snapshot)
	if err != nil {
		return nil, err
	}
	return map[string]any{"parameters": convert(found, func(p Parameter) any { return []any{p.Name, Float(p.Value)} })}, nil
}

type generateParams struct {
	KernelBackend string          `json:"kernelBackend"`
	Node          *wireNode       `json:"node"`
	Parameters    []wireParameter `json:"parameters"`
}

// wireParameter is a list of two: a name and a number.
type wireParameter [2]any

func generate(s *server, params *generateParams, r *request) (any, error) {
	generator, err := component("kernel-backend", params.KernelBackend, s.plugin.KernelBackends)
	if err != nil {
		return nil, err
	}
	node, err := r.in.node(params.Node)
	if err != nil {
		return nil, malformed(err)
	}
	given := []Parameter{}
	for _, wire := range params.Parameters {
		name, isText := wire[0].(string)
		value, isNumber := wire[1].(float64)
		if !isText || !isNumber {
			return nil, malformed(Errorf(BadUsage, "found a parameter of %v", wire))
		}
		given = append(given, Parameter{name, value})
	}
	files, err := generator(node, given, r.call)
	if err != nil {
		return nil, err
	}
	return map[string]any{"files": list(files)}, nil
}
