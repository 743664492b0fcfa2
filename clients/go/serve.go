package hodu

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"sync"
)

// server answers the host for a plugin.
type server struct {
	plugin *Plugin
	line   *line

	lock        sync.Mutex
	sessions    map[int64]Session
	lastSession int64
	keeps       map[keepKey]func() ([]byte, error)
	context     *Context
}

// Serve speaks with the host until the line ends, which ends the process.
func Serve(plugin *Plugin) {
	if err := identify(plugin); err != nil {
		fmt.Fprintf(os.Stderr, "hodu: %v\n", err)
		os.Exit(2)
	}
	conn, err := openLine()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s is a plugin of Hodu, which starts it: %v\n", plugin.ID, err)
		os.Exit(2)
	}
	if err := serveOver(conn, plugin); err != nil {
		fmt.Fprintf(os.Stderr, "hodu: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// identify reads from a plugin's manifest what is not set.
func identify(plugin *Plugin) error {
	if plugin.ID != "" && plugin.Version != "" {
		return nil
	}
	var manifest struct{ Name, Version string }
	if err := json.Unmarshal(plugin.Manifest, &manifest); err != nil {
		return fmt.Errorf("cannot read the plugin's id and version from its Manifest: %w", err)
	}
	plugin.ID, plugin.Version = cmp.Or(plugin.ID, manifest.Name), cmp.Or(plugin.Version, manifest.Version)
	return nil
}

// openLine is the socket that the host gave. What the plugin starts does not inherit it.
func openLine() (net.Conn, error) {
	var descriptor uintptr
	if _, err := fmt.Sscan(os.Getenv("HODU_PLUGIN_LINE"), &descriptor); err != nil {
		return nil, fmt.Errorf("HODU_PLUGIN_LINE is %q", os.Getenv("HODU_PLUGIN_LINE"))
	}
	file := os.NewFile(descriptor, "line")
	defer file.Close()
	return net.FileConn(file)
}

func serveOver(conn net.Conn, plugin *Plugin) error {
	s := &server{plugin: plugin, sessions: map[int64]Session{}, keeps: map[keepKey]func() ([]byte, error){}}
	s.line = newLine(conn, s.answer)
	if _, err := fmt.Fprintf(conn, "hodu-plugin %d hodu-plugin-go/%s\n", protocolVersion, clientVersion); err != nil {
		return nil // the host is gone
	}
	return s.line.run()
}

func (s *server) answer(method string, r *request) (any, error) {
	serve := methods[method]
	if serve == nil {
		return nil, unknownMethod("no method %q", method)
	}
	return serve(s, r)
}

// handler makes what answers a method of what reads its params and what serves it.
func handler[P any](serve func(s *server, params *P, r *request) (any, error)) func(*server, *request) (any, error) {
	return func(s *server, r *request) (any, error) {
		var params P
		if err := json.Unmarshal(r.params, &params); err != nil {
			return nil, malformed(err)
		}
		return serve(s, &params, r)
	}
}

type empty struct{}

// lendingMethod lends the memory of its params: it is used again once the call has been answered.
const lendingMethod = "session.run"

// methods holds what answers each request of the host.
var methods map[string]func(*server, *request) (any, error)

func init() {
	methods = map[string]func(*server, *request) (any, error){
		"initialize":               handler(initialize),
		"format.loadModel":         handler(loadModel),
		"format.loadTensors":       handler(loadTensors),
		"format.saveModel":         handler(saveModel),
		"format.saveTensors":       handler(saveTensors),
		"backend.supports":         handler(supports),
		"backend.available":        handler(available),
		"backend.identity":         handler(identity),
		"backend.compile":          handler(compile),
		"backend.load":             handler(loadArtifact),
		"backend.supportedTargets": handler(supportedTargets),
		"backend.supportedFormats": handler(supportedFormats),
		"backend.build":            handler(build),
		"keep.make":                handler(makeKept),
		lendingMethod:              handler(run),
		"session.dispose":          handler(dispose),
		"transform.apply":          handler(applyTransform),
		"hwTransform.apply":        handler(applyHwTransform),
		"operator.infer":           handler(infer),
		"operator.lower":           handler(lower),
		"operator.run":             handler(runOperator),
		"operator.samples":         handler(samples),
		"kernel.matches":           handler(matches),
		"kernel.parameters":        handler(parameters),
		"kernelBackend.generate":   handler(generate),
		"plugin.load":              handler(loadPlugin),
		"plugin.unload":            handler(unloadPlugin),
		"event":                    handler(deliver),
		"service.call":             handler(callService),
		"shutdown":                 handler(shutdown),
	}
}

type initializeParams struct {
	Memory string `json:"memory"`
}

func initialize(s *server, params *initializeParams, _ *request) (any, error) {
	p := s.plugin
	shared := openMemory(params.Memory)
	if shared != nil {
		s.line.sender.memory.Store(shared)
	}
	life := []string{}
	for name, has := range map[string]bool{"onLoad": p.OnLoad != nil, "onUnload": p.OnUnload != nil, "onEvent": p.OnEvent != nil} {
		if has {
			life = append(life, name)
		}
	}
	components := []map[string]string{}
	components = append(components, named("format", p.Formats)...)
	components = append(components, named("backend", p.Backends)...)
	components = append(components, named("transform", p.Transforms)...)
	components = append(components, named("hw-transform", p.HwTransforms)...)
	components = append(components, named("operator", p.Operators)...)
	components = append(components, named("kernel", p.Kernels)...)
	components = append(components, named("kernel-backend", p.KernelBackends)...)
	return map[string]any{"components": components, "id": p.ID, "version": p.Version, "life": life, "memory": shared != nil}, nil
}

func named[T any](kind string, table map[string]T) []map[string]string {
	components := []map[string]string{}
	for name := range table {
		components = append(components, map[string]string{"kind": kind, "name": name})
	}
	return components
}

// component is that of a table under a name.
func component[T any](kind, name string, table map[string]T) (T, error) {
	found, has := table[name]
	if !has {
		return found, missing(kind, name, kind)
	}
	return found, nil
}

func shutdown(s *server, _ *empty, _ *request) (any, error) {
	s.lock.Lock()
	sessions := s.sessions
	s.sessions = map[int64]Session{}
	s.lock.Unlock()
	for _, session := range sessions {
		if err := session.Dispose(); err != nil {
			return nil, err
		}
	}
	return empty{}, nil
}
