package hodu

import "cmp"

type nodeParams struct {
	Node   *wireNode    `json:"node"`
	Inputs []*ValueType `json:"inputs"`
}

func (n *nodeParams) node(r *request) (*Node, error) {
	node, err := r.in.node(n.Node)
	if err != nil {
		return nil, malformed(err)
	}
	return node, nil
}

type supportsParams struct {
	nodeParams
	Backend string `json:"backend"`
}

func supports(s *server, params *supportsParams, r *request) (any, error) {
	backend, err := component("backend", params.Backend, s.plugin.Backends)
	if err != nil {
		return nil, err
	}
	node, err := params.node(r)
	if err != nil {
		return nil, err
	}
	return reason(backend.Supports(node, params.Inputs)), nil
}

// reason is why not, or nothing.
func reason(why string) map[string]any {
	if why == "" {
		return map[string]any{}
	}
	return map[string]any{"reason": why}
}

type backendParams struct {
	Backend string         `json:"backend"`
	Device  string         `json:"device"`
	Options CompileOptions `json:"options"`
	Target  BuildTarget    `json:"target"`
}

func available(s *server, params *backendParams, _ *request) (any, error) {
	backend, err := backendWith[Availabler](s, params.Backend, unknownMethod("backend %q does not say what it needs", params.Backend))
	if err != nil {
		return nil, err
	}
	return reason(backend.Available(params.Device)), nil
}

func identity(s *server, params *backendParams, _ *request) (any, error) {
	backend, err := backendWith[Identifier](s, params.Backend, unknownMethod("backend %q has no identity", params.Backend))
	if err != nil {
		return nil, err
	}
	found := backend.Identity(params.Options)
	if found == "" {
		return empty{}, nil
	}
	return map[string]any{"identity": found}, nil
}

type compileParams struct {
	modelParams
	Backend string         `json:"backend"`
	Options CompileOptions `json:"options"`
}

func compile(s *server, params *compileParams, r *request) (any, error) {
	backend, err := component("backend", params.Backend, s.plugin.Backends)
	if err != nil {
		return nil, err
	}
	model, err := params.model(s, r)
	if err != nil {
		return nil, err
	}
	made, err := backend.Compile(model, params.Options, r.call)
	if err != nil {
		return nil, err
	}
	return map[string]any{"artifact": wireArtifact{
		Backend:   cmp.Or(made.Backend, s.plugin.ID),
		Version:   cmp.Or(made.Version, s.plugin.Version),
		Device:    cmp.Or(made.Device, params.Options.Device),
		Precision: cmp.Or(made.Precision, params.Options.Precision),
		Bytes:     r.out.part(made.Bytes),
		Report:    made.Report,
	}}, nil
}

type wireArtifact struct {
	Backend   string `json:"backend"`
	Version   string `json:"version"`
	Device    string `json:"device"`
	Precision string `json:"precision"`
	Bytes     int    `json:"bytes"`
	Report    any    `json:"report,omitempty"`
}

type loadParams struct {
	Backend  string        `json:"backend"`
	Artifact *wireArtifact `json:"artifact"`
	Weights  *wireSource   `json:"weights"`
	Keep     *int64        `json:"keep"`
	Options  struct {
		Threads    int   `json:"threads"`
		MaxMemory  Float `json:"maxMemory"`
		KeepMemory *bool `json:"keepMemory"`
	} `json:"options"`
}

func loadArtifact(s *server, params *loadParams, r *request) (any, error) {
	backend, err := component("backend", params.Backend, s.plugin.Backends)
	if err != nil {
		return nil, err
	}
	wire := params.Artifact
	if wire == nil {
		return nil, malformed(Errorf(BadUsage, "found no artifact"))
	}
	bytes, err := r.in.part(wire.Bytes)
	if err != nil {
		return nil, malformed(err)
	}
	options := SessionOptions{Threads: params.Options.Threads, MaxMemory: float64(params.Options.MaxMemory), KeepMemory: true}
	if params.Options.KeepMemory != nil {
		options.KeepMemory = *params.Options.KeepMemory
	}
	if params.Keep != nil {
		options.Keep = s.keeper(*params.Keep)
	}
	artifact := &Artifact{wire.Backend, wire.Version, wire.Device, wire.Precision, bytes, wire.Report}
	// the file outlives this call
	session, err := backend.Load(artifact, newSource(s.line, nil, params.Weights), options, r.call)
	if err != nil {
		return nil, err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.lastSession++
	s.sessions[s.lastSession] = session
	return map[string]any{"session": s.lastSession}, nil
}

type runParams struct {
	Session int64            `json:"session"`
	Inputs  []wireNamedValue `json:"inputs"`
	Options RunOptions       `json:"options"`
}

func run(s *server, params *runParams, r *request) (any, error) {
	s.lock.Lock()
	session := s.sessions[params.Session]
	s.lock.Unlock()
	if session == nil {
		return nil, Errorf(BadUsage, "Cannot run session %d: it is not open", params.Session)
	}
	inputs, err := r.in.named(params.Inputs)
	if err != nil {
		return nil, malformed(err)
	}
	found, err := session.Run(inputs, params.Options, r.call)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"outputs": r.out.named(found.Outputs), "peakBytes": found.PeakBytes}
	if params.Options.Profile {
		for i := range found.Nodes {
			found.Nodes[i].Origin = list(found.Nodes[i].Origin)
		}
		result["nodes"] = list(found.Nodes)
	}
	return result, nil
}

func dispose(s *server, params *runParams, _ *request) (any, error) {
	s.lock.Lock()
	session := s.sessions[params.Session]
	delete(s.sessions, params.Session)
	s.lock.Unlock()
	if session == nil {
		return empty{}, nil
	}
	return empty{}, session.Dispose()
}

func supportedTargets(s *server, params *backendParams, _ *request) (any, error) {
	backend, err := backendWith[Builder](s, params.Backend, missing("backend", params.Backend, "supportedTargets"))
	if err != nil {
		return nil, err
	}
	return map[string]any{"targets": list(backend.SupportedTargets())}, nil
}

func supportedFormats(s *server, params *backendParams, _ *request) (any, error) {
	backend, err := backendWith[Builder](s, params.Backend, missing("backend", params.Backend, "supportedFormats"))
	if err != nil {
		return nil, err
	}
	return map[string]any{"formats": list(backend.SupportedFormats(params.Target))}, nil
}

type buildParams struct {
	modelParams
	Backend string       `json:"backend"`
	Target  BuildTarget  `json:"target"`
	Format  OutputFormat `json:"format"`
	Sink    *wireSink    `json:"sink"`
}

func build(s *server, params *buildParams, r *request) (any, error) {
	backend, err := backendWith[Builder](s, params.Backend, missing("backend", params.Backend, "build"))
	if err != nil {
		return nil, err
	}
	model, err := params.model(s, r)
	if err != nil {
		return nil, err
	}
	sink, err := s.sink(params.Sink, r)
	if err != nil {
		return nil, err
	}
	return empty{}, backend.Build(model, params.Target, params.Format, sink, r.call)
}

// backendWith is a backend that has what an interface wants; else the error that says so.
func backendWith[T any](s *server, name string, lacks error) (T, error) {
	var none T
	backend, err := component("backend", name, s.plugin.Backends)
	if err != nil {
		return none, err
	}
	able, has := backend.(T)
	if !has {
		return none, lacks
	}
	return able, nil
}
